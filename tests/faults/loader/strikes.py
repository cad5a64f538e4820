"""The moments of a load at which faults strike: what passes over its wire then, and what the warehouse shows."""

BRONZE = '"bronze_shop"."prices"'
"""COPY straight into the table is tried first: the chunk before had new rows only."""
INCOMING = '"pg_temp"."incoming"'
"""Then COPY with the declared types, until the flaws come."""
STAGING = '"pg_temp"."staging"'
"""Then COPY as text. In mode append this comes second, in the others after a known key, and a flaw."""
TABLE_MADE = "SET table_gone_at"
"""The last statement but one before the COMMIT of a new table."""
CHUNK_DONE = "SET read = "
"""The last statement before the COMMIT of the chunk."""
DELIVERY_DONE = "UPDATE ops.delivery"
"""In mode full, a statement before the COMMIT that marks what vanished."""
COPYING = "EXISTS (SELECT FROM pg_stat_progress_copy WHERE datname = current_database() AND tuples_processed > 0)"
LOADED = "EXISTS (SELECT FROM ops.load WHERE rejected = 2)"
WAITING = (
    "(SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    " AND application_name LIKE 'podflow ingest%')"
)
"""How many loads wait for a lock."""
