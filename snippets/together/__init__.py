"""Working together: one language, and the sentences that cross."""
