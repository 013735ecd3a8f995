"""`handbook new`: the files of a new chapter."""
