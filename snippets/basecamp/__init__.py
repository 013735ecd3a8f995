"""Base camp: which mountain, when."""
