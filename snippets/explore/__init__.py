"""The Experimentation mountain: better questions, fast."""
