"""From tables to chunks in landing: all tables of a run as they were at one moment, or nothing."""

import datetime
import secrets
from collections.abc import Sequence
from dataclasses import replace

from podflow_ingest import landing, objects
from podflow_ingest.bronze.connection import connect
from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.declaration.postgres_origin import PostgresOrigin
from podflow_ingest.errors import DeclarationError
from podflow_ingest.extracted import Extracted
from podflow_ingest.landing import Delivery, Manifest, Part
from podflow_ingest.objects import Root
from podflow_ingest.postgres.database import Database, database
from podflow_ingest.postgres.planning import Plan, plan
from podflow_ingest.postgres.reading import read_all
from podflow_ingest.postgres.snapshot import open_snapshot
from podflow_ingest.postgres.table import Declared, declared, examine
from podflow_ingest.postgres.watermark import loaded_up_to
from podflow_ingest.settings import Settings


def extract(dataset: Dataset, origin: PostgresOrigin, date: datetime.date, settings: Settings) -> Extracted:  # noqa: ARG001
    """Bring a table, or what changed in it, to landing. Raises as extract_tables."""
    return extract_tables([dataset], date, settings)[0]


def extract_tables(
    datasets: Sequence[Dataset], date: datetime.date, settings: Settings, *, whole: bool = False
) -> list[Extracted]:
    """Bring tables of one database, as they are at one moment, to landing; return what was found in each.

    The chunks of a run have names of their own: another run is another moment. `whole`: no deltas this time.

    Raises:
        DeclarationError: a declaration or the connection is not usable, or they are of several connections.
        SourceError: the database is away; (SourceFlawError) it refuses, or a table does not fit its declaration.
        LandingError: landing is away.
        WarehouseError: the warehouse is away, and a delta must know what it has.
    """
    source = database(*_connection(datasets, settings))
    root = objects.open_root(settings.landing())
    tables = [declared(dataset) for dataset in datasets]
    if not whole:
        tables = _with_cursors(tables, source, root, settings)
    readers = max(each.origin.connections for each in tables)
    names = [each.table for each in tables]
    with source.errors_explained(), open_snapshot(source, names, readers, settings) as snapshot:
        reader = snapshot.readers[0]
        examined = [examine(reader, each, snapshot.at) for each in tables]
        moment = f"{snapshot.at:%Y%m%dT%H%M%S%fZ}-{secrets.token_hex(3)}"
        plans = plan(reader, examined, f"dt={date.isoformat()}", moment)
        written = iter(read_all(snapshot, root, [job for each in plans for job in each.jobs]))
    return [_commit(root, source, each, [next(written) for _ in each.jobs]) for each in plans]


def _connection(datasets: Sequence[Dataset], settings: Settings) -> tuple[str, str]:
    names = sorted({dataset.connection for dataset in datasets})
    if len(names) != 1:
        raise DeclarationError(f"one snapshot is of one database, these are several connections: {', '.join(names)}")
    if len({dataset.name for dataset in datasets}) < len(datasets):
        raise DeclarationError("a dataset is named twice; name each once")
    return names[0], settings.connection(names[0])


def _with_cursors(tables: Sequence[Declared], source: Database, root: Root, settings: Settings) -> list[Declared]:
    """Find out how far bronze has come, for those that are deltas."""
    if all(each.origin.delta is None for each in tables):
        return list(tables)
    with connect(settings) as warehouse:
        return [
            each
            if each.origin.delta is None
            else replace(each, loaded_up_to=loaded_up_to(warehouse, each.dataset, each.name_in(source), root))
            for each in tables
        ]


def _commit(root: Root, source: Database, plan: Plan, written: Sequence[Part | None]) -> Extracted:
    """Write the manifests of a table's chunks, the one with the cursor last."""
    dataset = plan.table.declared.dataset
    parts = [(job, part) for job, part in zip(plan.jobs, written, strict=True) if part is not None]
    outcome: Extracted = {"dataset": dataset.full_name, "rows": 0, "bytes": 0, "chunks": []}
    for number, (job, part) in enumerate(parts, start=1):
        manifest = Manifest(
            **part.model_dump(),
            first_line=2,
            source=plan.table.declared.name_in(source),
            cursor=plan.table.cursor if number == len(parts) else None,
            delivery=Delivery(id=plan.delivery, number=number, chunks=len(parts)),
        )
        landing.write_manifest(root, job.path, manifest)
        outcome["rows"] += part.rows
        outcome["bytes"] += part.bytes
        outcome["chunks"].append(job.chunk)
    return outcome
