"""Measurements of podflow against the usual way; each writes its own section of docs/benchmarks.md."""
