"""The code that the handbook shows. Each module stands alone: copy it, and its test."""
