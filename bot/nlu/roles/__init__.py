"""The role of every number of a message, learned from annotated messages."""
