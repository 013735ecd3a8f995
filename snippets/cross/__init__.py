"""The crossing: from an exploratory cell to code that others can own."""
