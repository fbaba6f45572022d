"""How good and how fast, beside the peers: `python -m benchmarks --help`."""
