"""Save a model so that it's safe to load, and look into a pickle without loading it."""
