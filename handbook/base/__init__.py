"""Helpers for all other packages: standard library only, nothing about books.

Nothing is imported here, so that a command loads only the modules that it uses.
"""
