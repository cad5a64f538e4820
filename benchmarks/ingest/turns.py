"""A contender's turn: a fresh database, a first delivery, and then the later ones, each measured."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from benchmarks.ingest.cgroups import load_average
from benchmarks.ingest.errors import FailedError, OverLimitError
from benchmarks.ingest.files import FIRST
from benchmarks.ingest.objectstore import ObjectStore
from benchmarks.ingest.postgres import Postgres
from benchmarks.ingest.record import Record, Turn
from benchmarks.ingest.work import Contender, Work

_NOTHING = Work("", 0.0, 0.0, 0.0, 0)
_WAL = "SELECT coalesce(sum(fpi_size), 0) FROM pg_get_wal_stats('{}', '{}', false)"


@dataclass(frozen=True)
class _Spent:
    cpu_seconds: float
    position: str
    """In the write-ahead log."""


@dataclass(frozen=True)
class Servers:
    """What all contenders share."""

    postgres: Postgres
    store: ObjectStore

    def spent(self) -> _Spent:
        """Return what they spent so far."""
        used = self.postgres.container.group.cpu_seconds() + self.store.container.group.cpu_seconds()
        return _Spent(used, self.postgres.sql("SELECT pg_current_wal_insert_lsn()"))

    def log(self, before: str, after: str) -> tuple[int, int]:
        """Return the bytes of write-ahead log between two positions, and those of them that are images of pages."""
        size = int(self.postgres.sql(f"SELECT pg_wal_lsn_diff('{after}', '{before}')::bigint"))
        return size, int(self.postgres.sql(_WAL.format(before, after))) if size else 0


class Turns:
    """Takes turns; `limit` is for each step, in seconds."""

    def __init__(self, servers: Servers, limit: float, say: Callable[[str], None]) -> None:
        self._servers = servers
        self._limit = limit
        self._say = say
        servers.postgres.sql("CREATE EXTENSION IF NOT EXISTS pg_walinspect")

    def take(self, turn: Turn, contender: Contender, fees: Callable[[str], Decimal]) -> list[Record]:
        """Return the records of a turn; `fees` says what the column must add up to after a case."""
        name = f"turn_{turn.part}_{turn.rows}"
        database = self._servers.postgres.database(name)
        records = []
        try:
            contender.prepare(database)
            for case in contender.cases:
                if case != FIRST:
                    self._servers.postgres.sql("VACUUM (ANALYZE)", name)
                self._servers.postgres.sql("CHECKPOINT")
                steps = contender.deliver(database, case, self._limit)
                records += self._measured(turn, case, steps)
                if not records[-1].problem and contender.table:
                    self._check(contender, name, turn.rows, fees(case))
                self._say(_line(records, case))
                if records[-1].problem:
                    break
        finally:
            self._servers.postgres.drop(name)
            self._servers.store.forget(name)
        return records

    def _measured(self, turn: Turn, case: str, steps: Iterator[Work]) -> list[Record]:
        records = []
        load = load_average()
        before = self._servers.spent()
        try:
            for work in steps:
                after = self._servers.spent()
                wal, images = self._servers.log(before.position, after.position)
                spent = after.cpu_seconds - before.cpu_seconds
                records.append(Record(turn, case, work, spent, wal, images, load))
                before = self._servers.spent()
        except OverLimitError as error:
            records.append(Record(turn, case, _NOTHING, 0, 0, 0, load, str(error)))
        except FailedError as error:
            self._say(str(error))
            records.append(Record(turn, case, _NOTHING, 0, 0, 0, load, "failed"))
        return records

    def _check(self, contender: Contender, database: str, rows: int, fees: Decimal) -> None:
        query = f"SELECT count(*), sum(fee) FROM {contender.table}"  # noqa: S608 - a name of our own
        found = self._servers.postgres.sql(query, database).split("|")
        if (int(found[0]), Decimal(found[1])) != (rows, fees):
            raise FailedError(f"{contender.label}: {found[0]} rows, fees {found[1]}; expected {rows} and {fees}")


def _line(records: list[Record], case: str) -> str:
    """Return what is shown of a case when it is done."""
    found = [record for record in records if record.case == case]
    turn = found[0].turn
    steps = ", ".join(f"{each.work.step} {each.problem or f'{each.work.seconds:.2f} s'}".strip() for each in found)
    return f"{turn.part} {turn.rows:,} round {turn.round + 1}: {turn.contender}, {case}: {steps}"
