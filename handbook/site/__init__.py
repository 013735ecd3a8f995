"""Build the site: before MkDocs, during its build, and after it."""
