"""From a source file to chunks in landing."""

import csv
import datetime
from collections.abc import Sequence
from typing import TypedDict

from podflow_ingest import landing
from podflow_ingest.catalogue import Dataset
from podflow_ingest.chunks import BadRecordError, Plan, plan
from podflow_ingest.errors import SourceError
from podflow_ingest.objects import Root, SourceFile
from podflow_task.log import event
from podflow_task.result import RESULT_LIMIT, encode

MOST_CHUNKS = 64
"""Chunks of one file at most: their names must fit in a pod's result, and each is a pod of its own."""
CHUNK_LIMIT = 64 * 1024 * 1024
"""Bytes of a chunk at most: a conditional write takes the whole object from memory."""


class Extracted(TypedDict):
    """What a run found, as a pod's result. `chunks` are names below the dataset's folder in landing."""

    dataset: str
    file: str
    rows: int
    bytes: int
    chunks: list[str]


def extract(dataset: Dataset, date: datetime.date, source: SourceFile, root: Root) -> Extracted:
    """Divide the source file into chunks in landing; return what was found and the chunks' names.

    The file is read twice: once to check and divide it, once to copy it. A run with the same file and date
    finds its chunks in place and returns the same result.

    Raises:
        SourceError: the file is empty or does not fit the declaration; nothing was written.
        LandingError: landing has other content under a chunk's name.
    """
    divided = _divide(dataset, source)
    stem = f"dt={date.isoformat()}/{dataset.name}-{divided.sha256[:12]}"
    result: Extracted = {
        "dataset": dataset.full_name,
        "file": source.name,
        "rows": divided.rows,
        "bytes": divided.size,
        "chunks": [],
    }
    divided = divided.coarsened(most_chunks(result, f"{stem}-0001.csv"))
    largest = max((piece.end - piece.start for piece in divided.pieces), default=0)
    if largest > CHUNK_LIMIT:
        raise SourceError(f"{source.name}: too large: {MOST_CHUNKS} chunks of {CHUNK_LIMIT} bytes are the limit")
    chunks = [f"{stem}-{number:04d}.csv" for number in range(1, len(divided.pieces) + 1)]
    _write(dataset, source, root, divided, chunks)
    return {**result, "chunks": chunks}


def _divide(dataset: Dataset, source: SourceFile) -> Plan:
    def check(header: bytes) -> None:
        check_header(dataset, source.name, header)

    try:
        divided = plan(source.stream(), dataset.format.quote, dataset.chunk_rows, check)
    except BadRecordError as error:
        raise SourceError(f"{source.name}: {error}; nothing was written") from None
    if not divided.header:
        raise SourceError(f"{source.name}: the file is empty, not even a header; nothing was written")
    return divided


def _write(dataset: Dataset, source: SourceFile, root: Root, divided: Plan, chunks: Sequence[str]) -> None:
    for chunk, piece in zip(chunks, divided.pieces, strict=True):
        data = divided.header + source.range(piece.start, piece.end)
        manifest = landing.describe(data, piece.rows, piece.first_line, source.name)
        written = landing.write_chunk(root, landing.chunk_path(dataset, chunk), data, manifest)
        event("chunk", chunk=chunk, rows=piece.rows, bytes=manifest.bytes, written=written)


def check_header(dataset: Dataset, file: str, header: bytes) -> None:
    """Compare a file's first record with the declared columns: the same names in the same order.

    Raises:
        SourceError: they differ; the message names the file and the columns.
    """
    try:
        # A byte order mark is not part of the first name.
        text = header.decode(dataset.format.encoding).removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise SourceError(f"{file}: the header is not {dataset.format.encoding} text; nothing was written") from None
    lines = [text.rstrip("\r\n")]
    found = next(csv.reader(lines, delimiter=dataset.format.delimiter, quotechar=dataset.format.quote), [])
    declared = dataset.column_names
    if found == declared:
        return
    problems = [f"column {name!r} is missing" for name in declared if name not in found]
    problems += [f"column {name!r} is not declared" for name in found if name not in declared]
    problems += [f"column {name!r} appears twice" for name in sorted(set(found)) if found.count(name) > 1]
    if not problems:
        moved = next(name for name, other in zip(found, declared, strict=True) if name != other)
        problems = [f"column {moved!r} is out of order, declared are {', '.join(declared)}"]
    raise SourceError(
        f"{file}: the header does not fit {dataset.full_name}: {'; '.join(problems)}; nothing was written. "
        f"Correct the file or dags/catalog/{dataset.source}.yml"
    )


def most_chunks(result: Extracted, chunk: str) -> int:
    """Return how many names as long as `chunk` still fit in the pod's result."""
    room = RESULT_LIMIT - len(encode(result))
    return max(1, min(MOST_CHUNKS, room // (len(chunk) + len('"",'))))
