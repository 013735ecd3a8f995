"""Did the change help? Answers as data, and questions compared in pairs."""
