"""Measure snippets: mutants that tests kill, hostile inputs, and whether copies run."""
