"""Load a model file without running what a stranger wrote into it."""
