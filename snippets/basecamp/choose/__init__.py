"""Which mountain, when: situations, a ladder of opinions, and the advice from it."""
