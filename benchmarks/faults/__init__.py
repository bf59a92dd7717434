"""What breaks on purpose, and what users see of it: `python -m benchmarks.faults`."""
