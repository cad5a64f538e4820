"""The connection to the warehouse, with the settings that loading relies on."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from podflow_ingest.errors import WarehouseError
from podflow_ingest.settings import Settings

CONNECT_TIMEOUT = 10
"""Seconds to wait for the server; Airflow's retries cover a longer outage."""
IDLE_TIMEOUT = 300
"""Seconds after which the server ends a transaction whose client went silent, so that its locks go free."""

SILENCE = 10
"""Seconds after which the server looks, in the middle of a statement, if its client is still there."""
KEEPALIVE = {"idle": 60, "interval": 10, "count": 6}
"""When either side looks if the other is there, in the middle of a COPY too: a lost node is missed in two minutes."""
MEMORY = 32
"""MiB that a sort or a hash of the server may take, and twice as much a hash table; a chunk's keys fit in it."""

# What psycopg logs, on stderr and as no JSON, its exceptions say as well.
logging.getLogger("psycopg").addHandler(logging.NullHandler())


@contextmanager
def connect(settings: Settings) -> Iterator[psycopg.Connection]:
    """Open the warehouse, in autocommit mode: transactions are opened where they are needed.

    Raises:
        WarehouseError: the server is away, or refuses; also for every error that is raised inside.
    """
    # YMD: a date such as 03/04/2026 is refused instead of guessed.
    options = {
        "timezone": "UTC",
        "datestyle": "ISO,YMD",
        "statement_timeout": f"{settings.warehouse_statement_timeout}s",
        "lock_timeout": f"{settings.warehouse_lock_timeout}s",
        "idle_in_transaction_session_timeout": f"{IDLE_TIMEOUT}s",
        "client_connection_check_interval": f"{SILENCE}s",
        **{f"tcp_keepalives_{name}": value for name, value in KEEPALIVE.items()},
        # The locks of a load are taken in its transaction, and what others committed meanwhile must be seen after them.
        "default_transaction_isolation": "read\\ committed",
        "work_mem": f"{MEMORY}MB",
        "temp_buffers": f"{MEMORY}MB",
    }
    where = f"{settings.warehouse_database} at {settings.warehouse_host}:{settings.warehouse_port}"
    try:
        with psycopg.connect(
            host=settings.warehouse_host,
            port=settings.warehouse_port,
            dbname=settings.warehouse_database,
            user=settings.warehouse_user,
            password=settings.warehouse_password.get_secret_value(),
            connect_timeout=CONNECT_TIMEOUT,
            application_name=f"podflow ingest {settings.pod}".strip(),
            options=" ".join(f"-c {name}={value}" for name, value in options.items()),
            autocommit=True,
            keepalives_idle=KEEPALIVE["idle"],
            keepalives_interval=KEEPALIVE["interval"],
            keepalives_count=KEEPALIVE["count"],
        ) as connection:
            yield connection
    except psycopg.errors.DiskFull as error:
        raise WarehouseError(f"warehouse {where}: {describe(error)}; give its disk room, then run again") from error
    except psycopg.Error as error:
        raise WarehouseError(f"warehouse {where}: {describe(error)}; running again is safe") from error


def describe(error: psycopg.Error) -> str:
    """Return what the server said, on one line: its message, detail and SQLSTATE."""
    parts = [error.diag.message_primary or str(error).strip(), error.diag.message_detail]
    text = ": ".join(" ".join(part.split()) for part in parts if part)
    return f"{text} ({error.sqlstate})" if error.sqlstate else text
