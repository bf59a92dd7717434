"""Load: what the assistant carries, held against stock Rasa in the same run. `python -m benchmarks.load --help`."""
