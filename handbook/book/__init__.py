"""The book as it stands in its files, read once."""
