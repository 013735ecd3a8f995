"""Watch a model: what to count, what to wait for, and when to wake somebody."""
