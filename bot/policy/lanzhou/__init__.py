"""Lanzhou's rules for students, catalogue LZ-1 to LZ-14."""
