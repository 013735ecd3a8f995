"""`handbook check`: the rules that can be checked without running the book."""
