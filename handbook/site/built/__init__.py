"""What is added to the built site."""
