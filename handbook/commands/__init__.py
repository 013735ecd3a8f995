"""The commands of `handbook`, one module each."""
