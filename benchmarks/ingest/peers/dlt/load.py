"""dlt into Postgres: `python load.py '{"what": "file", "way": "import", ...}'`, each way as dlt's documentation has it.

Runs in dlt's own environment, where nothing of podflow is.
"""

# mypy: ignore-errors
# The environment of the checks has no dlt.
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dlt
import pyarrow as pa
import pyarrow.csv as pc

UPSERT = {"disposition": "merge", "strategy": "upsert"}


@dataclass(frozen=True)
class Job:
    """What the argument says."""

    what: str
    """file, table or api."""
    way: str
    """How dlt reads and writes: see file(), table() and api()."""
    url: str
    """Of the target."""
    source: str
    """A file's path, a database's URL, or an API's URL."""
    table: str
    disposition: str
    """upsert or append."""
    key: list[str]
    columns: list[dict[str, Any]]
    """As a dataset's declaration has them."""


def hints(job: Job) -> list[dict[str, Any]]:
    """Return the columns as dlt declares them; for upserts the key is unique, so that the table has it as an index."""
    unique = job.disposition == "upsert" and len(job.key) == 1
    found = [_hint(column) for column in job.columns]
    return [{**hint, "unique": True} if unique and hint["name"] in job.key else hint for hint in found]


def _hint(column: dict[str, Any]) -> dict[str, Any]:
    common = {"name": column["name"], "nullable": column.get("nullable", True)}
    if column["type"].startswith("numeric"):
        precision, scale = (int(part) for part in column["type"][8:-1].split(","))
        return {**common, "data_type": "decimal", "precision": precision, "scale": scale}
    return {**common, "data_type": "timestamp" if column["type"] == "timestamptz" else "text"}


def _arrow_type(hint: dict[str, Any]) -> pa.DataType:
    if hint["data_type"] == "decimal":
        return pa.decimal128(hint["precision"], hint["scale"])
    return pa.timestamp("us", "UTC") if hint["data_type"] == "timestamp" else pa.string()


def arrow_batches(job: Job) -> Iterator[pa.Table]:
    """Read the CSV file with pyarrow, some megabytes at a time, with the declared types."""
    types = {hint["name"]: _arrow_type(hint) for hint in hints(job)}
    convert = pc.ConvertOptions(column_types=types, strings_can_be_null=True, quoted_strings_can_be_null=False)
    read = pc.ReadOptions(block_size=16 * 1024 * 1024)
    parse = pc.ParseOptions(newlines_in_values=True)
    with pc.open_csv(job.source, read_options=read, parse_options=parse, convert_options=convert) as reader:
        for batch in reader:
            yield pa.Table.from_batches([batch])


def file(job: Job) -> Any:
    """Return the resource of a file.

    import: the file as it is, for COPY. arrow_csv, arrow_parquet: Arrow tables, written as CSV for COPY or as Parquet
    for the ADBC driver. default: the source for files, which reads with pandas, and INSERT statements.
    """
    declared = {"name": job.table, "columns": hints(job), "primary_key": job.key}
    if job.way == "import":

        @dlt.resource(**declared)
        def imported() -> Iterator[Any]:
            yield dlt.mark.with_file_import(job.source, "csv")

        return imported()
    if job.way == "default":
        from dlt.sources.filesystem import filesystem, read_csv  # noqa: PLC0415 - dlt starts sooner without

        path = Path(job.source)
        found = filesystem(bucket_url=path.parent.as_uri(), file_glob=path.name) | read_csv()
        return found.with_name(job.table).apply_hints(columns=hints(job), primary_key=job.key)
    return dlt.resource(arrow_batches(job), **declared)


def table(job: Job) -> Any:
    """Return the resource of a table; the way begins with the backend."""
    from dlt.sources.sql_database import sql_table  # noqa: PLC0415

    backend = job.way.split("_")[0]
    more = {"connectorx": {"return_type": "arrow"}, "pyarrow": {"tz": "UTC"}}.get(backend, {})
    source = job.source.replace("postgresql://", "postgresql+psycopg2://")
    found = sql_table(
        source, table=job.table, schema="public", backend=backend, backend_kwargs=more, chunk_size=100_000
    )
    return found.apply_hints(primary_key=job.key, columns=hints(job))


def api(job: Job) -> Any:
    """Return the source of an API with pages by offset."""
    from dlt.sources.rest_api import rest_api_source  # noqa: PLC0415

    paginator = {"type": "offset", "limit": 1000, "total_path": "total"}
    endpoint = {"path": job.table, "data_selector": "data", "paginator": paginator}
    resource = {"name": job.table, "primary_key": job.key, "columns": hints(job), "endpoint": endpoint}
    return rest_api_source({"client": {"base_url": job.source}, "resources": [resource]})


def main() -> None:
    """Run the pipeline in a folder of its own."""
    job = Job(**json.loads(sys.argv[1]))
    forms = {"import": "csv", "default": None, "sqlalchemy": None}
    form = forms.get(job.way, job.way.rpartition("_")[2])
    with tempfile.TemporaryDirectory() as folder:
        pipeline = dlt.pipeline(
            "benchmark", pipelines_dir=folder, destination=dlt.destinations.postgres(job.url), dataset_name="dlt"
        )
        made = {"file": file, "table": table, "api": api}[job.what](job)
        disposition = UPSERT if job.disposition == "upsert" else job.disposition
        pipeline.run(made, write_disposition=disposition, loader_file_format=form)


if __name__ == "__main__":
    main()
