"""Serve an answer: what is taken and given, how fast, and what may change."""
