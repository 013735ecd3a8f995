"""Measure snippets: how many mutants their tests kill, and whether copies run."""
