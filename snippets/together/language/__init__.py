"""Forty words with two meanings, and what to do before a sentence goes across."""
