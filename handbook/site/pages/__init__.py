"""A module for each generated page, with the page's name; templates/ has the words."""
