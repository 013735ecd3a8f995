"""Add to the built site and make it smaller."""
