"""The commands of `ingest`, one a module; cli.py puts them together."""
