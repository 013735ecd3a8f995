"""Pin the behaviour of a cell, refactor it, and measure what that changed."""
