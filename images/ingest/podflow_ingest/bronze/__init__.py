"""From a chunk in landing to typed, keyed rows in Postgres, in one transaction."""
