"""Tell two hours before departure how likely a flight is to be late."""
