"""Watch a model while it runs: inputs, predictions, and labels that come late."""
