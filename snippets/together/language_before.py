"""A word for two things, bad on purpose: `tested` says nothing of rows with a null."""


def tested(model, flights, columns: list[str]):
    known = flights.dropna(subset=[*columns, "arr_delay"])
    return model.score(known[columns], known["arr_delay"] > 15)
