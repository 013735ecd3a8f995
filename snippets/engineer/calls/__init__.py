"""Call a service that may be slow or down: retries within a budget, and waits."""
