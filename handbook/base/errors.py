"""The error that every command may raise."""

__all__ = ["WrongUse"]


class WrongUse(ValueError):  # noqa: N818  the user's error, not the program's
    """A command was used in a way that can't work; the message says how to use it."""
