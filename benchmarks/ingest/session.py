"""The order in which things are measured: in turn, so that a slow minute of the machine meets all of them."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from benchmarks.ingest import api, contenders, files
from benchmarks.ingest.contenders import Surroundings
from benchmarks.ingest.files import CASES, FIRST, Deliveries
from benchmarks.ingest.peers import NAMES
from benchmarks.ingest.postgres import Database
from benchmarks.ingest.psql import Psql
from benchmarks.ingest.record import Records, Turn
from benchmarks.ingest.turns import Turns
from benchmarks.ingest.work import Contender
from k8s.progress import Progress

PARTS = ("files", "chunks", "tables", "api")
_SIZES = {"chunks": 1_000_000, "tables": 1_000_000, "api": 100_000}
"""Rows at which these parts are measured, if several sizes are."""
_LARGE = 1_000_000
"""From here on peers are measured once: a round of them takes minutes."""
_ROWS_OF_ALL_ROUNDS = 3_000_000


@dataclass(frozen=True)
class Plan:
    """What is measured: the parts, the numbers of rows, and how often at most."""

    parts: Sequence[str] = PARTS
    rows: Sequence[int] = (100_000, 1_000_000)
    rounds: int = 3
    only: Sequence[str] = ("",)
    """What names of contenders begin with."""

    def rounds_of(self, rows: int, contender: str) -> int:
        """Return how often a contender is measured at a size: large ones less often, for they vary less."""
        if rows >= _LARGE and contender.startswith(tuple(NAMES)):
            return 1
        return min(self.rounds, max(1, _ROWS_OF_ALL_ROUNDS // rows))

    def has(self, part: str, rows: int) -> bool:
        """Say whether a part is measured at a size."""
        return part in self.parts and (part not in _SIZES or len(self.rows) == 1 or rows == _SIZES[part])


class Session:
    """Runs the plan; turns that the records have already are not taken again."""

    def __init__(self, around: Surroundings, turns: Turns, records: Records, progress: Progress) -> None:
        self._around = around
        self._turns = turns
        self._records = records
        self._progress = progress

    def measure(self, plan: Plan) -> None:
        """Measure all parts and sizes of the plan."""
        for rows in plan.rows:
            deliveries = files.ensure(rows, self._around.images["sources"], self._progress)
            for part in PARTS:
                if plan.has(part, rows):
                    self._part(part, deliveries, plan)

    def _part(self, part: str, deliveries: Deliveries, plan: Plan) -> None:
        with self._contenders(part, deliveries) as found:
            taking_part = [contender for contender in found if contender.label.startswith(tuple(plan.only))]
            for number in range(plan.rounds):
                for contender in taking_part:
                    turn = Turn(part, deliveries.rows, contender.label, number)
                    if number < plan.rounds_of(deliveries.rows, contender.label) and not self._records.has(turn):
                        self._records.add(self._turns.take(turn, contender, deliveries.fees))

    @contextmanager
    def _contenders(self, part: str, deliveries: Deliveries) -> Iterator[list[Contender]]:
        around = self._around
        if part == "files":
            yield contenders.of_files(around, deliveries)
        elif part == "chunks":
            yield contenders.of_chunks(around, deliveries)
        elif part == "tables":
            with self._tables(deliveries) as databases:
                yield contenders.of_tables(around, databases)
        else:
            with self._apis(deliveries) as urls:
                yield contenders.of_api(around, urls)

    @contextmanager
    def _tables(self, deliveries: Deliveries) -> Iterator[dict[str, Database]]:
        """Make a source database for each delivery."""
        server = self._around.servers.postgres
        psql = Psql(server, self._around.images["postgres"], deliveries)
        made: dict[str, Database] = {}
        for case in CASES:
            if case == "0":
                made[case] = made[FIRST]
                continue
            made[case] = server.database(f"source_{case}")
            psql.prepare(made[case])
            for _ in psql.deliver(made[case], case, limit=3600):
                pass
            server.sql("VACUUM (ANALYZE)", made[case].name)
        yield made
        for database in made.values():
            server.drop(database.name)

    @contextmanager
    def _apis(self, deliveries: Deliveries) -> Iterator[dict[str, str]]:
        """Start a server for the first delivery and for one with a hundredth changed."""
        with ExitStack() as servers:
            image = self._around.images["sources"]
            yield {case: servers.enter_context(api.running(image, deliveries.path(case))) for case in (FIRST, "1")}
