"""What is measured: tables of several sizes, built in full, then brought up with a few new rows and with many."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.dbt import bronze
from benchmarks.dbt.builds import WAREHOUSE, Build, build, make_tables
from benchmarks.ingest import postgres
from benchmarks.ingest.cgroups import load_average
from benchmarks.ingest.errors import BenchmarkError
from benchmarks.ingest.postgres import Postgres

FULL = "full"
_MADE = ("bronze_forex", "bronze_logistics", "ops", "staging_forex", "staging_logistics", "silver_forex")
_MADE_BY_GOLD = ("silver_logistics", "gold_forex", "gold_logistics")


@dataclass(frozen=True)
class Turn:
    """One build: of tables with so many rows each, of which so many are new (all: it is a full build)."""

    rows: int
    new: int
    build: Build
    load: float


def measure(
    images: dict[str, str], sizes: Sequence[int], news: Sequence[int], say: Callable[[str], None]
) -> list[Turn]:
    """Return a full build and an incremental one for each number of new rows, for each size."""
    turns: list[Turn] = []
    with tempfile.TemporaryDirectory() as folder, postgres.running(images["postgres"], Path(folder)) as server:
        for rows in sizes:
            for turn in _of_size(images, server, rows, news):
                turns.append(turn)
                told = ", ".join(f"{model} {seconds:.2f} s" for model, seconds in turn.build.seconds.items())
                say(f"{rows:,} rows, {turn.new:,} new: {told}; load {turn.load:.1f}")
    return turns


def _of_size(images: dict[str, str], server: Postgres, rows: int, news: Sequence[int]) -> list[Turn]:
    def sql(statement: str) -> object:
        return server.sql(statement, WAREHOUSE)

    for schema in (*_MADE, *_MADE_BY_GOLD):
        sql(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
    make_tables(images["ingest"], server, _tables())
    bronze.fill(sql, rows)
    turns = [_turn(images["dbt"], server, rows, rows)]
    first = rows + 1
    # The first of them is not kept: it moves the newest row from yesterday to now.
    for number, new in enumerate((1, *news)):
        bronze.deliver(sql, first, new)
        first += new
        turn = _turn(images["dbt"], server, rows, new)
        turns += [turn] if number else []
    return turns


def _turn(image: str, server: Postgres, rows: int, new: int) -> Turn:
    server.settle(WAREHOUSE)
    load = load_average()
    with tempfile.TemporaryDirectory() as folder:
        built = build(image, server, Path(folder))
    for model, affected in built.rows.items():
        # A fact table has the rows of two tables.
        expected = new * 2 if model == "fact_orders" else new
        if affected != expected:
            raise BenchmarkError(f"{model} was to take {expected} rows, and took {affected}")
    return Turn(rows, new, built, load)


def _tables() -> list[tuple[str, str]]:
    others = ("crm_cust_info", "crm_prd_info", "erp_cust_az12", "erp_loc_a101", "erp_px_cat_g1v2")
    return [*((table.source, table.dataset) for table in bronze.TABLES), *(("logistics", name) for name in others)]
