"""What a sink brings from a topic to Postgres a second, beside COPY of the same rows and sinks written by hand."""
