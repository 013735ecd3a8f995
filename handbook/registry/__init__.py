"""The format of what a book offers to copy; the site and the copier share it."""
