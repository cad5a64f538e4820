"""What ingestion costs: files, tables and an API into Postgres, beside psql, dlt, sling and pandas."""
