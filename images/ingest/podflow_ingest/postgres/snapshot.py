"""One moment of a source database, seen by several connections at once."""

import datetime
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import sql

from podflow_ingest.postgres.database import Database
from podflow_ingest.settings import Settings

LOCK_TIMEOUT = 60
"""Seconds to wait for a table that is being altered or truncated."""

# One text form of every type, whatever the role or the database has set. row_security off makes a policy that would
# hide rows an error. The holder of the snapshot is idle while others read.
_SETTINGS = """
SET LOCAL TimeZone = 'UTC';
SET LOCAL DateStyle = 'ISO, YMD';
SET LOCAL IntervalStyle = 'postgres';
SET LOCAL extra_float_digits = 1;
SET LOCAL bytea_output = 'hex';
SET LOCAL row_security = off;
SET LOCAL idle_in_transaction_session_timeout = 0;
SET LOCAL lock_timeout = {lock_timeout};
SET LOCAL statement_timeout = {statement_timeout};
"""
_HOLD = "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY;"
_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET TRANSACTION SNAPSHOT {snapshot};"
_LOCK = "SELECT FROM {table} LIMIT 0"
_EXPORT = "SELECT pg_export_snapshot(), clock_timestamp()"


@dataclass(frozen=True)
class Snapshot:
    """All `readers` see the database as it was `at` (the server's clock), whatever is written meanwhile."""

    at: datetime.datetime
    readers: tuple[psycopg.Connection, ...]

    def cancel(self) -> None:
        """End what the readers are doing. Safe to call from another thread."""
        for reader in self.readers:
            reader.cancel_safe(timeout=5)


@contextmanager
def open_snapshot(
    source: Database, tables: Sequence[sql.Identifier], readers: int, settings: Settings
) -> Iterator[Snapshot]:
    """Open one snapshot in `readers` connections, and one more that keeps it and the tables as they are.

    The tables are locked first, against ALTER, TRUNCATE, VACUUM FULL and REFRESH only: TRUNCATE is not bound by
    snapshots, a table that is truncated between the snapshot and its first read would look empty.

    Raises:
        psycopg.Error: the server is away or refuses.
    """
    limits = {"lock_timeout": f"{LOCK_TIMEOUT}s", "statement_timeout": f"{settings.source_statement_timeout}s"}
    setting = sql.SQL(_SETTINGS).format(**{name: sql.Literal(value) for name, value in limits.items()})
    with ExitStack() as stack:
        holder = stack.enter_context(source.connect(settings.pod))
        holder.execute(sql.SQL(_HOLD) + setting)
        for table in tables:
            # LOCK TABLE would refuse materialized views and foreign tables.
            holder.execute(sql.SQL(_LOCK).format(table=table))
        name, at = holder.execute(_EXPORT).fetchone() or ("", None)
        opened = tuple(stack.enter_context(source.connect(settings.pod)) for _ in range(readers))
        for reader in opened:
            reader.execute(sql.SQL(_READ).format(snapshot=sql.Literal(name)) + setting)
        yield Snapshot(at, opened)
