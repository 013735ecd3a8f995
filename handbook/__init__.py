"""The machinery of the handbook: it runs, checks and builds the book."""
