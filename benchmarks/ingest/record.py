"""Measured figures, kept in a file as they come, so that a run can be taken up where it was broken off."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.ingest.errors import BenchmarkError
from benchmarks.ingest.work import Work


@dataclass(frozen=True)
class Turn:
    """One contender's turn: what it loads, and which repetition it is."""

    part: str
    """files, parallel, tables or api."""
    rows: int
    contender: str
    round: int


@dataclass(frozen=True)
class Record:
    """One step of one case in a turn."""

    turn: Turn
    case: str
    work: Work
    server_cpu_seconds: float
    """Of Postgres, and of the object store."""
    wal: int
    """Bytes of write-ahead log."""
    images: int
    """Bytes in it that are images of whole pages: the first change after a checkpoint writes one."""
    load_average: float
    problem: str = ""
    """Why there are no figures."""


class Records:
    """All records, in a file with a line for each turn."""

    def __init__(self, file: Path | None) -> None:
        """Read what the file has; BenchmarkError if it is none."""
        if file is not None and file.is_dir():
            raise BenchmarkError(f"{file} is a folder: name a file for the figures")
        self._file = file
        self._turns: dict[Turn, list[Record]] = {}
        if file is not None and file.exists():
            for line in file.read_text().splitlines():
                records = [_read(each) for each in json.loads(line)]
                self._turns[records[0].turn] = records

    def has(self, turn: Turn) -> bool:
        """Say whether a turn was taken already."""
        return turn in self._turns

    def add(self, records: Sequence[Record]) -> None:
        """Keep the records of one turn."""
        self._turns[records[0].turn] = list(records)
        if self._file is not None:
            with self._file.open("a") as out:
                out.write(json.dumps([asdict(each) for each in records]) + "\n")

    def all(self) -> Iterable[Record]:
        """Return every record, in the order in which they came."""
        return [record for records in self._turns.values() for record in records]


def _read(record: dict[str, object]) -> Record:
    turn, work = Turn(**record.pop("turn")), Work(**record.pop("work"))  # type: ignore[arg-type]
    return Record(turn=turn, work=work, **record)  # type: ignore[arg-type]
