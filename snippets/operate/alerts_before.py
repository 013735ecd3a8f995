"""Bad on purpose: an alert that is judged on the days that chose its threshold."""


def never_rings(counts):
    lowest = counts.min()
    alarms = (counts < lowest).sum().sum()
    return lowest, f"{len(lowest)} alerts, {alarms} alarms in {len(counts)} days"
