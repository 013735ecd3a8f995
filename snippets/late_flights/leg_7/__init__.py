"""Replay a year through a model, with labels that come late and feeds that stop."""
