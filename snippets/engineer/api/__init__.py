"""Put a model behind an API: what it takes, what it gives, and what may change."""
