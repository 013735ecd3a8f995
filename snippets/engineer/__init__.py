"""The Engineering mountain: software that others can rely on and change."""
