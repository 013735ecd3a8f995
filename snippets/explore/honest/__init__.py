"""Four questions to a score: against what, known when, how sure, and for whom."""
