"""`handbook run`: run chapters and notebooks, and compare what they give."""
