"""The one error that every command may raise."""

__all__ = ["WrongUse"]


class WrongUse(ValueError):  # noqa: N818  it is no error of ours
    """What was asked for cannot be done; the message says how to ask."""
