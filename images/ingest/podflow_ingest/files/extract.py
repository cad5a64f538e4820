"""From a source file to chunks in landing."""

import csv
import datetime
from collections.abc import Sequence

from podflow_ingest import landing, objects
from podflow_ingest.chunks import BadRecordError, Plan, plan
from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.declaration.file_origin import FileOrigin
from podflow_ingest.declaration.formats import CsvFormat
from podflow_ingest.errors import DeclarationError, SourceFlawError
from podflow_ingest.extracted import MOST_CHUNKS, Extracted, most_chunks
from podflow_ingest.landing import Delivery, Manifest
from podflow_ingest.objects import Root, SourceFile
from podflow_ingest.settings import Settings
from podflow_task.log import event

CHUNK_LIMIT = 64 * 1024 * 1024
"""Bytes of a chunk at most: a conditional write takes the whole object from memory."""


def extract(dataset: Dataset, origin: FileOrigin, date: datetime.date, settings: Settings) -> Extracted:
    """Divide the source file into chunks in landing; return what was found and the chunks' names.

    The file is read twice: once to check and divide it, once to copy it. A run with the same file and date
    finds its chunks in place and returns the same result.

    Raises:
        SourceError: the file is not there; (SourceFlawError) it is empty or does not fit the declaration.
        LandingFlawError: landing has other content under a chunk's name.
    """
    root = objects.open_root(settings.landing())
    source = objects.find_source(objects.open_root(settings.connection(dataset.connection)), origin.location)
    divided = _divide(dataset, origin, source)
    stem = f"dt={date.isoformat()}/{dataset.name}-{divided.sha256[:12]}"
    result: Extracted = {"dataset": dataset.full_name, "rows": divided.rows, "bytes": divided.size, "chunks": []}
    divided = divided.coarsened(most_chunks(result, f"{stem}-0001.csv"))
    largest = max((piece.end - piece.start for piece in divided.pieces), default=0)
    if largest > CHUNK_LIMIT:
        raise SourceFlawError(f"{source.name}: too large: {MOST_CHUNKS} chunks of {CHUNK_LIMIT} bytes are the limit")
    chunks = [f"{stem}-{number:04d}.csv" for number in range(1, len(divided.pieces) + 1)]
    _write(dataset, source, root, divided, chunks)
    return {**result, "chunks": chunks}


def _divide(dataset: Dataset, origin: FileOrigin, source: SourceFile) -> Plan:
    form = origin.format
    if not isinstance(form, CsvFormat):
        raise DeclarationError(f"{dataset.full_name}: {form.type} cannot be extracted yet")

    def check(header: bytes) -> None:
        check_header(dataset, form, source.name, header)

    try:
        divided = plan(source.stream(), form.quote, origin.chunk_rows, check)
    except BadRecordError as error:
        raise SourceFlawError(f"{source.name}: {error}; nothing was written") from None
    if not divided.header:
        raise SourceFlawError(f"{source.name}: the file is empty, not even a header; nothing was written")
    return divided


def _write(dataset: Dataset, source: SourceFile, root: Root, divided: Plan, chunks: Sequence[str]) -> None:
    stem = chunks[0].rpartition("-")[0] if chunks else ""
    for number, (chunk, piece) in enumerate(zip(chunks, divided.pieces, strict=True), start=1):
        path = landing.chunk_path(dataset, chunk)
        written = landing.write_data(root, path, [divided.header, source.range(piece.start, piece.end)])
        manifest = Manifest(
            bytes=written.bytes,
            rows=piece.rows,
            sha256=written.sha256,
            first_line=piece.first_line,
            source=source.name,
            delivery=Delivery(id=stem, number=number, chunks=len(chunks)),
        )
        new = landing.write_manifest(root, path, manifest)
        event("chunk", chunk=chunk, rows=piece.rows, bytes=written.bytes, written=new)


def check_header(dataset: Dataset, form: CsvFormat, file: str, header: bytes) -> None:
    """Compare a file's first record with the declared columns: the same names in the same order.

    Raises:
        SourceFlawError: they differ; the message names the file and the columns.
    """
    try:
        # A byte order mark is not part of the first name.
        text = header.decode(form.encoding).removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise SourceFlawError(f"{file}: the header is not {form.encoding} text; nothing was written") from None
    lines = [text.rstrip("\r\n")]
    found = next(csv.reader(lines, delimiter=form.delimiter, quotechar=form.quote), [])
    declared = dataset.column_names
    if found == declared:
        return
    problems = [f"column {name!r} is missing" for name in declared if name not in found]
    problems += [f"column {name!r} is not declared" for name in found if name not in declared]
    problems += [f"column {name!r} appears twice" for name in sorted(set(found)) if found.count(name) > 1]
    if not problems:
        moved = next(name for name, other in zip(found, declared, strict=True) if name != other)
        problems = [f"column {moved!r} is out of order, declared are {', '.join(declared)}"]
    raise SourceFlawError(
        f"{file}: the header does not fit {dataset.full_name}: {'; '.join(problems)}; nothing was written. "
        f"Correct the file or dags/catalog/{dataset.source}.yml"
    )
