"""What is to be drained, by whom, and what that took."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from benchmarks.ingest.postgres import Database, Postgres

LIMIT = 900.0
"""Seconds for a turn."""


@dataclass(frozen=True)
class Task:
    """What is drained, and where to."""

    servers: str
    topic: str
    database: Database
    rows: Path
    """The same rows as a file."""


@dataclass(frozen=True)
class Drained:
    """What one contender took for all rows; bytes of memory."""

    seconds: float
    cpu_seconds: float
    peak: int


class Contender(Protocol):
    """Brings all messages of a topic to a table."""

    @property
    def name(self) -> str:
        """As in the report."""

    @property
    def table(self) -> str:
        """Where its rows are afterwards."""

    def drain(self, task: Task, server: Postgres, records: int) -> Drained:
        """Return once all records are in the table."""
