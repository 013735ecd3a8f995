"""Language models: outputs as data, and changes of prompt."""
