"""Who takes part in what, with which settings."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.ingest.files import FIRST, PARTS, Deliveries
from benchmarks.ingest.peers import Script, Sling
from benchmarks.ingest.podflow import Podflow, Source
from benchmarks.ingest.postgres import Database
from benchmarks.ingest.psql import Cast, Dump, Psql, PsqlOfParts
from benchmarks.ingest.turns import Servers
from benchmarks.ingest.work import Contender

Read = TypeVar("Read", str, Source)
_FILE = "customer_transactions.csv"
TABLE_BY_HAND = "public.customer_transactions"
_WHOLE = 10**10
"""Bytes of a chunk that no file reaches."""
COPY, READ_AND_CAST = "psql \\copy", "read and cast"
ONE_POD = "podflow, one pod"
ONE_BY_ONE, AT_ONCE = "four pods, one after the other", "four pods at once"
OF_TABLES, OF_API = "podflow, 2 pods at once", "podflow"
COPIES_ONE_BY_ONE, COPIES_AT_ONCE = "four \\copy, one after the other", "four \\copy at once"
_WAYS = {
    ("file", "import"): "CSV import",
    ("file", "arrow_csv"): "Arrow to CSV",
    ("file", "arrow_parquet"): "Arrow to Parquet",
    ("file", "default"): "default",
    ("table", "pyarrow_csv"): "pyarrow to CSV",
    ("table", "connectorx_csv"): "connectorx to CSV",
    ("api", "rest_csv"): "rest_api to CSV",
    ("api", "default"): "rest_api by default",
}
SLOW_ROWS, MIDDLE_ROWS = 100_000, 1_000_000
"""More rows are left out for what would take most of the time for everybody; and from the second on, for all but the
best of each peer."""


@dataclass(frozen=True)
class Surroundings:
    """What contenders are made from: images by name, peers' environments by name, and the servers."""

    images: dict[str, str]
    environments: dict[str, Path]
    servers: Servers

    def podflow(self, label: str, sources: dict[str, Source], origin: dict[str, Any], at_once: int = 1) -> Podflow:
        """Return podflow with this origin in its declaration."""
        cases = tuple(sources)
        return Podflow(label, self.images["ingest"], self.servers.store, sources, origin, cases, at_once)

    def dlt(self, what: str, way: str, sources: dict[str, str], *, keyed: bool = True) -> Script:
        """Return dlt with all deliveries of the sources; without a key it appends the first."""
        label = f"dlt, {_WAYS[what, way]}, {'upsert' if keyed else 'append without key'}"
        job = {"what": what, "way": way, "disposition": "upsert" if keyed else "append"}
        cases = tuple(sources) if keyed else (FIRST,)
        return Script(label, self.environments["dlt"], "dlt", sources, job, "dlt.customer_transactions", cases)

    def sling(self, label: str, sources: dict[str, str], mode: str, *, keyed: bool = True) -> Sling:
        """Return sling; only mode incremental is delivered again."""
        cases = tuple(sources) if mode == "incremental" else (FIRST,)
        return Sling(label, self.environments["sling"], sources, mode, cases, keyed)


def file_origin(**more: int) -> dict[str, Any]:
    """Return the origin of a declaration of the file."""
    return {"type": "file", "location": _FILE, "format": {"type": "csv"}, **more}


def file_source(path: Path) -> Source:
    """Return the source of a file that lies on this machine."""
    return Source("file:///source", (f"--volume={path}:/source/{_FILE}:ro",))


def of_files(around: Surroundings, files: Deliveries) -> list[Contender]:
    """Return who loads files."""
    paths = {case: str(files.path(case)) for case in files.cases}
    sources = {case: file_source(files.path(case)) for case in files.cases}
    postgres, image = around.servers.postgres, around.images["postgres"]
    found: list[Contender] = [
        Psql(postgres, image, files, COPY),
        Cast(postgres, image, files, READ_AND_CAST),
        around.podflow(ONE_POD, sources, file_origin(chunk_bytes=_WHOLE)),
        around.podflow("podflow, chunks of 64 MiB, 2 pods at once", _some(sources), file_origin(), at_once=2),
        around.dlt("file", "import", paths),
        around.sling("sling, incremental", paths, "incremental"),
    ]
    if files.rows <= MIDDLE_ROWS:
        found += [
            around.dlt("file", "arrow_csv", _some(paths)),
            around.dlt("file", "arrow_parquet", paths),
            around.dlt("file", "import", paths, keyed=False),
            around.sling("sling, full-refresh", paths, "full-refresh"),
            around.sling("sling, full-refresh without key", paths, "full-refresh", keyed=False),
            _pandas(around, "pandas to_sql, COPY, without key", "copy", paths),
        ]
    if files.rows <= SLOW_ROWS:
        found.append(around.dlt("file", "default", _some(paths)))
        found.append(_pandas(around, "pandas to_sql, multi, without key", "multi", paths))
    return found


def of_chunks(around: Surroundings, files: Deliveries) -> list[Contender]:
    """Return the same four chunks, loaded one after the other and all at once; and psql with the same."""
    sources = {FIRST: file_source(files.path(FIRST))}
    origin = file_origin(chunk_rows=-(-files.rows // PARTS), chunk_bytes=_WHOLE)
    postgres, image = around.servers.postgres, around.images["postgres"]
    return [
        PsqlOfParts(postgres, image, files, COPIES_ONE_BY_ONE),
        PsqlOfParts(postgres, image, files, COPIES_AT_ONCE, at_once=PARTS),
        around.podflow(ONE_BY_ONE, sources, origin),
        around.podflow(AT_ONCE, sources, origin, at_once=PARTS),
    ]


def of_tables(around: Surroundings, databases: dict[str, Database]) -> list[Contender]:
    """Return who loads tables of other databases."""
    urls = {case: database.url for case, database in databases.items()}
    sources = {case: Source(url) for case, url in urls.items()}
    origin = {"type": "postgres", "table": "public.customer_transactions"}
    return [
        Dump(around.images["postgres"], databases),
        around.podflow(OF_TABLES, sources, origin, at_once=2),
        around.dlt("table", "pyarrow_csv", urls),
        around.dlt("table", "connectorx_csv", _some(urls)),
        around.dlt("table", "pyarrow_csv", urls, keyed=False),
        around.sling("sling, incremental", urls, "incremental"),
        around.sling("sling, full-refresh", urls, "full-refresh"),
    ]


def of_api(around: Surroundings, urls: dict[str, str]) -> list[Contender]:
    """Return who loads the records of an API."""
    pages = {"type": "offset", "size": 1000, "size_parameter": "limit", "total": "total"}
    origin = {"type": "http", "path": "customer_transactions", "records": "data", "pagination": pages}
    sources = {case: Source(url) for case, url in urls.items()}
    return [
        around.podflow(OF_API, sources, origin),
        around.dlt("api", "rest_csv", urls),
        around.dlt("api", "default", urls),
        Script("httpx and COPY by hand", around.environments["httpx"], "httpx", urls, {}, TABLE_BY_HAND, (FIRST,)),
    ]


def _some(sources: dict[str, Read]) -> dict[str, Read]:
    """Return the first delivery and one with few changes: enough to show that another setting is the better one."""
    return {case: source for case, source in sources.items() if case in (FIRST, "1")}


def _pandas(around: Surroundings, label: str, way: str, paths: dict[str, str]) -> Script:
    directory = around.environments["pandas"]
    return Script(label, directory, "pandas", paths, {"way": way}, TABLE_BY_HAND, (FIRST,))
