"""What is measured of snippets: mutants that tests kill, copies that run."""
