"""The book as its files describe it, each of them read once."""
