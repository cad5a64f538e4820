"""From tables of other Postgres databases to landing."""
