"""Turn clocks into delays, and count the wrong versions of code that tests find."""
