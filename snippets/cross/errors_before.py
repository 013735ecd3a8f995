"""Bad on purpose: whatever goes wrong, the loop goes on."""

from datetime import datetime


def departures(flights):
    good = []
    for row in flights.itertuples():
        try:
            datetime.strptime(f"{int(row.dep_time):04d}", "%H%M")
            good.append(row.Index)
        except:
            pass
    return flights.loc[good]
