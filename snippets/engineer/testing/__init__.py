"""Count delays from clocks, and the wrong versions of code that a suite finds."""
