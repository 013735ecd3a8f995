"""What a book offers to copy: the format that site and copier share."""
