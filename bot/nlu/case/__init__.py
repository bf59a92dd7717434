"""What a message tells of a case: its visits with their amounts, what is set aside, what is in doubt."""
