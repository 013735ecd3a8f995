"""Security: what a file, a package or a stranger may do to you."""
