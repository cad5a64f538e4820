"""Postgres' own programs: the limit of what can be reached."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks.ingest import dataset, docker
from benchmarks.ingest.docker import Ended
from benchmarks.ingest.files import FIRST, Deliveries
from benchmarks.ingest.postgres import Database, Postgres
from benchmarks.ingest.work import Work, of_container, of_containers

CAST = "cast"
"""The case of reading and casting a file, without a table."""
_FORM = "(FORMAT csv, HEADER)"


@dataclass(frozen=True)
class Psql:
    """psql in a container of its own, as far from the server as a pod."""

    server: Postgres
    image: str
    files: Deliveries
    label: str = "psql \\copy"
    table: str = f"public.{dataset.NAME}"
    cases: tuple[str, ...] = (FIRST,)

    def prepare(self, database: Database) -> None:
        """Make the typed table with its key."""
        self.server.sql(f"SET ROLE ingest; {dataset.definition(self.table)}", database.name)

    def deliver(self, database: Database, case: str, limit: float) -> Iterator[Work]:
        """Copy the file into the typed table."""
        yield of_container(self._run(database, self.files.path(case), [self._copy], limit))

    @property
    def _copy(self) -> str:
        return f"\\copy {self.table} FROM '/delivery.csv' {_FORM}"

    def _run(self, database: Database, file: Path, commands: list[str], limit: float) -> Ended:
        options = [f"--volume={file}:/delivery.csv:ro", "--entrypoint=psql"]
        arguments = ["--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", database.url]
        for command in commands:
            arguments += ["--command", command]
        return docker.run(self.image, options, arguments, limit)


@dataclass(frozen=True)
class PsqlOfParts(Psql):
    """The file in parts of equal numbers of rows, into one table: as many psql at a time as `at_once` says."""

    at_once: int = 1

    def deliver(self, database: Database, case: str, limit: float) -> Iterator[Work]:  # noqa: ARG002
        """Copy all parts of the first file."""

        def copy(part: Path) -> Ended:
            return self._run(database, part, [self._copy], limit)

        with ThreadPoolExecutor(self.at_once) as programs:
            ended = list(programs.map(copy, self.files.parts()))
        yield of_containers(ended, "load", together=self.at_once > 1)


@dataclass(frozen=True)
class Cast(Psql):
    """The file copied into a temporary table of texts, and every value of it cast once."""

    label: str = "read and cast"
    table: str = ""
    cases: tuple[str, ...] = (CAST,)

    def prepare(self, database: Database) -> None:
        """Nothing needs to be there."""

    def deliver(self, database: Database, case: str, limit: float) -> Iterator[Work]:  # noqa: ARG002
        """Read and cast the first file."""
        texts = ", ".join(f"{name} text" for name in dataset.names())
        casts = ", ".join(f"{each['name']}::{each['type']}" for each in dataset.columns())
        commands = [
            f"CREATE TEMPORARY TABLE delivery ({texts})",
            f"\\copy delivery FROM '/delivery.csv' {_FORM}",
            f"SELECT count(ROW({casts})) FROM delivery",  # noqa: S608 - of our own catalogue
        ]
        yield of_container(self._run(database, self.files.path(FIRST), commands, limit))


@dataclass(frozen=True)
class Dump:
    """pg_dump of one table into psql, which also makes the key."""

    image: str
    sources: dict[str, Database]
    label: str = "pg_dump into psql"
    table: str = f"public.{dataset.NAME}"
    cases: tuple[str, ...] = (FIRST,)

    def prepare(self, database: Database) -> None:
        """Nothing needs to be there."""

    def deliver(self, database: Database, case: str, limit: float) -> Iterator[Work]:
        """Copy the table of the case's source."""
        source = self.sources[case]
        dump = f"pg_dump --no-owner --table={self.table} '{source.url}'"
        script = f"set -o pipefail; {dump} | psql --quiet --no-psqlrc --set=ON_ERROR_STOP=1 '{database.url}' >/dev/null"
        yield of_container(docker.run(self.image, ["--entrypoint=bash"], ["-c", script], limit))
