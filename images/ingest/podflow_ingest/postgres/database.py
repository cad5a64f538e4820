"""Source databases: where a connection leads, and what their errors mean."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg
from psycopg import conninfo

from podflow_ingest.bronze.connection import describe
from podflow_ingest.errors import DeclarationError, SourceError, SourceFlawError

CONNECT_TIMEOUT = 10
"""Seconds to wait for the server; Airflow's retries cover a longer outage."""
_SCHEMES = ("postgresql://", "postgres://")
# SQLSTATE classes: credentials, database, schema, names and rights, what the server cannot do.
_FINAL_CLASSES = ("28", "3D", "3F", "42", "0A")
# Of a refused connection psycopg has no SQLSTATE, only the server's words.
_FINAL_WORDS = ("authentication failed", "does not exist", "no pg_hba.conf entry", "is not permitted to log in")


@dataclass(frozen=True)
class Database:
    """Where a connection leads. `parameters` are libpq's, the password among them."""

    connection: str
    parameters: dict[str, str] = field(repr=False)

    @property
    def url(self) -> str:
        """The database's URL without credentials, for messages and manifests."""
        host, port = self.parameters.get("host", "localhost"), self.parameters.get("port", "5432")
        return f"postgresql://{host}:{port}/{self.parameters['dbname']}"

    @contextmanager
    def connect(self, pod: str) -> Iterator[psycopg.Connection]:
        """Open the database in autocommit mode. Everything else is set by each transaction: a pooler may stand between.

        Raises:
            psycopg.OperationalError: the server is away, or refuses.
        """
        defaults = {"connect_timeout": str(CONNECT_TIMEOUT), "keepalives_idle": "60"}
        own = {"application_name": f"podflow ingest {pod}".strip(), "client_encoding": "UTF8"}
        parameters = {**defaults, **self.parameters, **own}
        with psycopg.connect(conninfo.make_conninfo(**parameters), autocommit=True, prepare_threshold=None) as opened:
            yield opened

    @contextmanager
    def errors_explained(self) -> Iterator[None]:
        """Turn psycopg's errors into ours.

        Raises:
            SourceError: for every psycopg.Error that is raised inside; SourceFlawError if it will not pass.
        """
        try:
            yield
        except psycopg.Error as error:
            kind, advice = (SourceError, "run again later")
            if _final(error):
                kind = SourceFlawError
                advice = f"check CONNECTIONS__{self.connection.upper()} and the rights of its role"
            raise kind(f"{self.url}: {describe(error)}; {advice}; landing counts nothing of this run") from error


def database(connection: str, url: str) -> Database:
    """Read a connection's URL: postgresql://user:password@host:port/database?sslmode=...

    Raises:
        DeclarationError: it is no such URL. The message does not show it, for it holds a password.
    """
    try:
        parameters = conninfo.conninfo_to_dict(url) if url.startswith(_SCHEMES) else {}
    except psycopg.ProgrammingError:
        parameters = {}
    if not parameters.get("dbname"):
        raise DeclarationError(
            f"connection {connection!r} is not the URL of a Postgres database: set CONNECTIONS__{connection.upper()} "
            "to postgresql://user:password@host:port/database, special characters in percent-encoding"
        )
    return Database(connection, {name: str(value) for name, value in parameters.items()})


def _final(error: psycopg.Error) -> bool:
    if error.sqlstate is None:
        return any(words in str(error) for words in _FINAL_WORDS)
    return error.sqlstate.startswith(_FINAL_CLASSES)
