"""The one error that every command may raise, where nothing else is imported."""

__all__ = ["WrongUse"]


class WrongUse(ValueError):  # noqa: N818  it is no error of ours
    """What was asked for cannot be done; the message says how to ask."""
