"""The case study: what its legs share, and what each of them takes along."""
