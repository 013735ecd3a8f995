"""The 3 a.m. page: a service that can break, and the runbook that meets it."""
