"""`handbook new`: write the files of a new chapter."""
