"""Parquet files as sources. They cannot be cut at bytes: one file is one chunk."""

import hashlib

from podflow_ingest.chunks import Piece, Plan
from podflow_ingest.columnar import NotParquetError, open_parquet, unfit
from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.errors import SourceFlawError
from podflow_ingest.source_files import SourceFile
from podflow_task.log import event


def divide(dataset: Dataset, source: SourceFile) -> Plan:
    """Check the file's schema and return it as one piece, or none if it has no rows.

    Raises:
        SourceFlawError: it is no Parquet file, or its columns do not fit the declaration.
    """
    try:
        with source.open() as opened:
            file = open_parquet(opened, len(dataset.columns))
            problems = unfit(file.schema_arrow, dataset.columns)
            rows = file.metadata.num_rows
            ignored = [name for name in file.schema_arrow.names if name not in dataset.column_names]
    except NotParquetError as error:
        raise SourceFlawError(f"{source.name}: not a Parquet file, or not a whole one: {error}") from None
    if problems:
        raise SourceFlawError(
            f"{source.name}: does not fit {dataset.full_name}: {'; '.join(problems)}; nothing was written. "
            f"Correct the file or dags/catalog/{dataset.source}.yml"
        )
    if ignored:
        event("undeclared", level="warning", file=source.name, columns=ignored, then="not loaded")
    digest = hashlib.blake2b(digest_size=16)
    for piece in source.stream():
        digest.update(piece)
    pieces = (Piece(0, source.size, rows, 1),) if rows else ()
    return Plan(b"", pieces, source.size, digest.hexdigest())
