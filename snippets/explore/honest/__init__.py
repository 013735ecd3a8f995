"""Ask a score what it knew and when, how sure it is, and for whom it is wrong."""
