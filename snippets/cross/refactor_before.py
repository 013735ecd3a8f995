"""The cell before its refactoring, and a rewrite that looks better and is wrong."""

import pandas as pd

__all__ = ["late_cell", "tidy_rewrite"]


def late_cell(flights, weather):
    # late flights per airport + hour, for the rota
    df = flights.copy()
    df = df[df["dep_time"] > 0]
    df["delay"] = df["dep_delay"]
    w = weather[["origin", "time_hour", "precip", "visib"]]
    df2 = df.merge(w, on=["origin", "time_hour"], how="left")
    df2["late"] = 0
    df2.loc[df2["delay"] > 15, "late"] = 1
    df2["bad"] = 0
    df2.loc[df2["precip"] > 0, "bad"] = 1
    df2.loc[df2["visib"] < 3, "bad"] = 1
    hours = sorted(df2["hour"].unique())
    res = []

    # Newark
    tmp = df2[df2["origin"] == "EWR"]
    for h in hours:
        x = tmp[tmp["hour"] == h]
        if len(x) == 0:
            continue
        a = x["late"].sum() / len(x) * 100
        x2 = x[x["bad"] == 1]
        b = float("nan")
        if len(x2) >= 30:
            b = x2["late"].sum() / len(x2) * 100
        res.append(["EWR", h, len(x), round(a, 1), round(b, 1)])

    # JFK
    tmp = df2[df2["origin"] == "JFK"]
    for h in hours:
        x = tmp[tmp["hour"] == h]
        if len(x) == 0:
            continue
        a = x["late"].sum() / len(x) * 100
        x2 = x[x["bad"] == 1]
        b = float("nan")
        if len(x2) >= 30:
            b = x2["late"].sum() / len(x2) * 100
        res.append(["JFK", h, len(x), round(a, 1), round(b, 1)])

    # La Guardia
    tmp = df2[df2["origin"] == "LGA"]
    for h in hours:
        x = tmp[tmp["hour"] == h]
        if len(x) == 0:
            continue
        a = x["late"].sum() / len(x) * 100
        x2 = x[x["bad"] == 1]
        b = float("nan")
        if len(x2) >= 30:
            b = x2["late"].sum() / len(x2) * 100
        res.append(["LGA", h, len(x), round(a, 1), round(b, 1)])

    # all three
    for h in hours:
        x = df2[df2["hour"] == h]
        if len(x) == 0:
            continue
        a = x["late"].sum() / len(x) * 100
        x2 = x[x["bad"] == 1]
        b = float("nan")
        if len(x2) >= 30:
            b = x2["late"].sum() / len(x2) * 100
        res.append(["NYC", h, len(x), round(a, 1), round(b, 1)])

    return pd.DataFrame(res, columns=["airport", "hour", "n", "late", "late_bad"])


def tidy_rewrite(flights, weather):
    """Share of late flights per airport and hour: short, readable and wrong."""
    sky = weather[["origin", "time_hour", "precip", "visib"]]
    df = flights.dropna().merge(sky, on=["origin", "time_hour"])
    df["late"] = (df["dep_delay"] > 15) * 100
    df["late_bad"] = df["late"].where((df["precip"] > 0) | (df["visib"] < 3))

    groups = df.groupby(["origin", "hour"])
    table = groups.agg(
        n=("late", "size"), late=("late", "mean"), late_bad=("late_bad", "mean")
    )
    table["late_bad"] = table["late_bad"].where(groups["late_bad"].count() >= 30)

    city = table.groupby("hour").agg({"n": "sum", "late": "mean", "late_bad": "mean"})
    table = pd.concat([table, pd.concat({"NYC": city}, names=["origin"])])
    return table.round(1).reset_index(names=["airport", "hour"])
