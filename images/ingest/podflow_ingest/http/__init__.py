"""From an HTTP API to raw pages in landing."""
