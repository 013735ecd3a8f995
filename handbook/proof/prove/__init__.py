"""`handbook prove`: take each copy to an empty project, and run its test there."""
