"""A word for two things, bad on purpose: `tested` says nothing about rows with a null."""


def tested(model, flights, columns: list[str]):
    known = flights.dropna(subset=columns)
    return model.score(known[columns], known["late"])
