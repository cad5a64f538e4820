"""From tables of a Postgres database to landing: COPY of one snapshot, in chunks."""
