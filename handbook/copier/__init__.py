"""Copy snippets into any project, and upgrade copies that were edited there.

It needs only the base install: the standard library, merge3, packaging and tomli-w.
"""
