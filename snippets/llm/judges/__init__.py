"""Can a model grade the answers? Judges with error rates, and a log of prompts."""
