"""Before, during and after MkDocs: what it reads, how it builds, what is added."""
