"""`handbook check`: every rule that needs no run."""
