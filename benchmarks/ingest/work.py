"""What contenders do, and what one case of theirs cost."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from benchmarks.ingest.docker import Ended
from benchmarks.ingest.postgres import Database
from benchmarks.ingest.usage import Usage


@dataclass(frozen=True)
class Work:
    """One step: its name (empty if there is but one), and what its processes used."""

    step: str
    seconds: float
    """From the start of its process to the end; of several at the same time, from the first start to the last end."""
    with_start: float
    """The same, and what the engine takes to start the containers."""
    cpu_seconds: float
    peak: int
    """Bytes of the largest of its processes; of the processes of a container together."""


class Contender(Protocol):
    """A program, with settings, that brings rows into a database."""

    @property
    def label(self) -> str:
        """Its name in the tables."""
        ...

    @property
    def table(self) -> str:
        """Where its rows are afterwards: schema and table."""
        ...

    @property
    def cases(self) -> tuple[str, ...]:
        """What it can do."""
        ...

    def prepare(self, database: Database) -> None:
        """Make what must be there before the first delivery."""
        ...

    def deliver(self, database: Database, case: str, limit: float) -> Iterator[Work]:
        """Bring the delivery of a case in, step by step; each step may take `limit` seconds."""
        ...


def of_process(usage: Usage) -> Work:
    """Return the only step of a contender that is a process of this machine."""
    return Work("", usage.seconds, usage.seconds, usage.cpu_seconds, usage.peak)


def of_container(ended: Ended, step: str = "") -> Work:
    """Return the step that one container was."""
    used = ended.usage
    return Work(step, used.seconds, ended.with_start, used.cpu_seconds, used.peak)


def of_containers(ended: Sequence[Ended], step: str, *, together: bool) -> Work:
    """Return the step that several containers were, one after the other or at the same time."""
    asked, end = min(each.asked for each in ended), max(each.at for each in ended)
    seconds = sum(each.usage.seconds for each in ended)
    if together:
        seconds = (end - min(each.began for each in ended)).total_seconds()
    cpu_seconds, peak = sum(each.usage.cpu_seconds for each in ended), max(each.usage.peak for each in ended)
    return Work(step, seconds, (end - asked).total_seconds(), cpu_seconds, peak)
