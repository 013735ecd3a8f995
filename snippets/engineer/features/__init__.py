"""Features as of the decision, for a table and for one moment, held to one value."""
