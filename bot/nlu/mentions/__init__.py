"""Numbers, dates, grades, ordinals and counts of a message, each found and read once."""
