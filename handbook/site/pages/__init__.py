"""Pages that are generated: one module a page."""
