"""Shanghai's rules for students, catalogue SH-1 to SH-24."""
