"""What every other package stands on: it needs no package and knows nothing of a book.

Nothing is imported here, so that a command pays only for the modules that it uses.
"""
