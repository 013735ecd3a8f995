"""Running it: watch, page, repair, and pay the debt back."""
