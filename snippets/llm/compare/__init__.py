"""Did the change help? Prompts with a memory, answers as data, and paired evidence."""
