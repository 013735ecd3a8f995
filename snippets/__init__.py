"""The code that the handbook shows. Each module stands alone: copy one, and its test."""
