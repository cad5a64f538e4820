"""What the measurements say: the tables of docs/benchmarks.md."""

from collections.abc import Mapping, Sequence

from benchmarks.ingest.costs import WHOLE, Cost, Costs, Line
from benchmarks.ingest.files import CASES, FIRST
from benchmarks.ingest.goals import MEBIBYTE, verdicts
from benchmarks.ingest.record import Records
from benchmarks.tables import Row, table

_HEAD = ("contender", "rows/s", "s", "s, started", "CPU s", "server CPU s", "peak MiB", "log MB", "of it images MB")
_NAMES = {FIRST: "first load", "cast": "read and cast"}
_TITLES = {
    "files": "Files",
    "chunks": "Four chunks of a file",
    "tables": "Postgres to Postgres",
    "api": "An HTTP API",
}
_OUTCOMES = {True: "reached", False: "missed", None: "limit"}
_METHOD = """\
One run, one server: the chart's image, scripts and settings of Postgres in a container with the chart's memory limit,
on a volume, fsync on, all target tables logged; and the chart's object store as podflow's landing. Every turn has a
database of its own. Contenders take turns, so that a slow minute meets all; figures are medians of the rounds, the
peak is the highest. Before each delivery the tables are vacuumed and a checkpoint is done. After each, the number of
rows and the sum of a column are checked.

`s` is a contender's own time, from the start of its process to the end; `s, started` also has what Docker takes to
start its containers. Everybody reaches the server over Docker's bridge. CPU of the contender and of the servers
(Postgres with its background work, and the object store) stand apart. Peak is the largest resident size. Log is
Postgres' write-ahead log; images of whole pages are what the first change of a page after a checkpoint adds to it.

The data: the forex desk's transactions, 14 columns, one key. After the first load the same file comes again with 0 %,
1 %, 10 % and all of the rows changed since the delivery before, spread evenly."""
_SETTINGS = """\
- **psql \\copy** into a typed, logged table with the primary key; **read and cast**: \\copy into a temporary table of
  text, and one SELECT that casts every value.
- **podflow**: extract into landing and load, each a container of its own with a pod's arguments and environment. *One
  pod*: the file is one chunk. *Chunks of 64 MiB* are what a declaration has by default. Records of an API are extracted
  and staged by one pod (`transform`), as the pipelines do it.
- **dlt**: *CSV import* is `with_file_import`, which gives the file to COPY unread; *Arrow to CSV* and *Arrow to
  Parquet* read with pyarrow and load by COPY or ADBC; *default* is `filesystem | read_csv` with INSERT statements.
  Upsert is `write_disposition` merge, strategy upsert, with the hint `unique` on the key, so that the table has the
  same key.
- **sling**: a replication file; columns that are no text are declared; `table_keys` makes the primary key. The newest
  version that comes as a package with its binary.
- **four \\copy**: the file in four, each by a psql of its own, into one table of the same definition.
- **httpx**: pages by httpx, `json.loads`, `write_row` of psycopg's COPY, one transaction, nothing kept or checked.
- **pandas**: `read_csv` in chunks of 50,000 rows, `to_sql` with the COPY callable of its documentation, or `multi`;
  it has no upsert."""


def report(records: Records, where: str, versions: Mapping[str, str]) -> str:
    """Return the section as Markdown: where and when, how, goals, then a table for each part and size."""
    found = list(records.all())
    measured = sorted({(part, rows) for part in _TITLES for rows in {record.turn.rows for record in found}}, key=_order)
    costs = [(part, Costs(found, part, rows)) for part, rows in measured]
    costs = [(part, each) for part, each in costs if each.rounds]
    spelled = ", ".join(f"{name} {version}" for name, version in versions.items())
    parts = [f"{where}. Peers: {spelled}.", _METHOD, _SETTINGS, _goals(costs)]
    parts += [_part(part, each) for part, each in costs]
    return "\n\n".join(parts) + "\n"


def _order(part_and_rows: tuple[str, int]) -> tuple[int, int]:
    return list(_TITLES).index(part_and_rows[0]), part_and_rows[1]


def _goals(costs: Sequence[tuple[str, Costs]]) -> str:
    rows = [(each.what, f"{each.rows:,}", each.value, each.goal, _OUTCOMES[each.reached]) for each in verdicts(costs)]
    return table(("goal", "rows", "value", "goal", ""), rows) if rows else "No goal can be judged."


def _part(part: str, costs: Costs) -> str:
    head = f"### {_TITLES[part]}: {costs.rows:,} rows"
    rounds = (
        f"{costs.rounds} round{'s' if costs.rounds > 1 else ''}, load average before a turn {costs.load_average:.0f}."
    )
    tables = []
    for case in ("cast", *CASES):
        rows = _rows(costs, case)
        if rows and case == "cast":
            continue
        if rows:
            title = _NAMES.get(case, f"re-delivery with {case} % changed")
            tables.append(f"{title[0].upper()}{title[1:]}:\n\n{table(_HEAD, rows)}")
    return "\n\n".join([head, rounds, *tables])


def _rows(costs: Costs, case: str) -> list[Row]:
    """Return the rows of a case; the reading and casting stands with the first load, which it is compared with."""
    cases = {case, "cast"} if case == FIRST else {case}
    lines = costs.lines(lambda line: line.case in cases)
    several = {line.contender for line in lines if line.step != WHOLE}
    rows = []
    for line in sorted(lines, key=lambda each: lines.index(Line(each.contender, each.case))):
        cost = costs.get(line)
        if cost is not None:
            name = line.contender if line.contender not in several else f"{line.contender}: {line.step or 'all'}"
            rows.append(_row(name, costs.rows, cost))
    return rows


def _row(name: str, rows: int, cost: Cost) -> Row:
    if cost.problem:
        return (name, cost.problem, *("" for _ in _HEAD[2:]))
    return (
        name,
        f"{rows / cost.seconds:,.0f}",
        f"{cost.seconds:.2f}",
        f"{cost.with_start:.2f}",
        f"{cost.cpu_seconds:.2f}",
        f"{cost.server_cpu_seconds:.2f}",
        f"{cost.peak / MEBIBYTE:.0f}",
        f"{cost.wal / 1e6:.1f}",
        f"{cost.images / 1e6:.1f}",
    )
