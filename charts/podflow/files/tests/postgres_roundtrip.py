"""helm test: a row written as `ingest` can be read as `reader`, and `reader` can write nothing."""

import os
import uuid

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo


def connect(prefix: str) -> psycopg.Connection:
    """Connect with the environment a task has, its names starting with `prefix`."""
    names = {"host": "HOST", "port": "PORT", "dbname": "DATABASE", "user": "USER", "password": "PASSWORD"}
    conninfo = make_conninfo(**{key: os.environ[f"{prefix}WAREHOUSE_{name}"] for key, name in names.items()})
    return psycopg.connect(conninfo, autocommit=True)


def main() -> None:
    """Use a schema of this run's own, and drop it in the end."""
    schema = sql.Identifier(f"helm_test_{uuid.uuid4().hex[:8]}")
    with connect("INGEST_") as ingest, connect("READER_") as reader:
        ingest.execute(sql.SQL("CREATE SCHEMA {}").format(schema))
        try:
            ingest.execute(sql.SQL("CREATE TABLE {}.probe (answer int)").format(schema))
            ingest.execute(sql.SQL("INSERT INTO {}.probe VALUES (42)").format(schema))
            seen = reader.execute(sql.SQL("SELECT answer FROM {}.probe").format(schema)).fetchall()
            if seen != [(42,)]:
                raise SystemExit(f"reader sees {seen} where ingest wrote 42")
            try:
                reader.execute(sql.SQL("INSERT INTO {}.probe VALUES (43)").format(schema))
            except psycopg.errors.InsufficientPrivilege:
                pass
            else:
                raise SystemExit("reader may write: its grants are too wide")
        finally:
            ingest.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(schema))
    print("postgres: ingest wrote a row, reader read it and could not write")


main()
