"""The machinery of the handbook: its model, its runner, its checks."""
