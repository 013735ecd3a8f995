"""Tell which system you are in: ask a question twice, and read your own week."""
