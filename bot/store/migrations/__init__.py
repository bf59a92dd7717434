"""The history of the tables. A new step is a file in versions/ that names the one before it; tests/store compares."""
