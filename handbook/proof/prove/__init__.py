"""`handbook prove`: copy each snippet to an empty project, and run its test there."""
