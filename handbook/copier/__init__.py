"""For the copier, in any project: take code home, and upgrade it with one's edits.

Needs the base install alone: the standard library, merge3, packaging and tomli-w.
"""
