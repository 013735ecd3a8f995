"""Forty words with two meanings, and how to find them before a sentence is sent."""
