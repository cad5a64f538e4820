"""From files to chunks in landing."""
