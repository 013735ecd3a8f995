"""The raw notebook's cells on the way to its tables, in one function, as they stand."""

__all__ = ["cells"]


def cells(flights):
    flights = flights.dropna()
    flights["on_time"] = flights["arr_delay"] > 15
    by_hour = flights.groupby("hour")["on_time"].mean() * 100
    evening = flights[flights["hour"] >= 17]
    winter = flights[flights["month"].isin([12, 1, 2])]
    shares = [
        round(evening["on_time"].mean(), 3),
        round(evening["on_time"].mean(), 3),
    ]
    flights["dep_time"] = flights["dep_time"] // 100 * 60 + flights["dep_time"] % 100
    flights["sched_dep_time"] = (
        flights["sched_dep_time"] // 100 * 60 + flights["sched_dep_time"] % 100
    )
    flights["arr_time"] = flights["arr_time"] // 100 * 60 + flights["arr_time"] % 100
    flights["sched_arr_time"] = (
        flights["sched_arr_time"] // 100 * 60 + flights["sched_arr_time"] % 100
    )
    flights["took"] = (flights["arr_time"] - flights["dep_time"]) % 1440
    flights["should_take"] = (
        flights["sched_arr_time"] - flights["sched_dep_time"]
    ) % 1440
    return flights, by_hour, shares
