"""From a source file to chunks in landing."""

import datetime
import hashlib
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from podflow_ingest import landing, objects
from podflow_ingest.chunks import BadRecordError, Cut, Piece, Plan, plan
from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.declaration.file_origin import FileOrigin
from podflow_ingest.declaration.formats import CsvFormat, Format, ParquetFormat
from podflow_ingest.errors import SourceFlawError
from podflow_ingest.extracted import Extracted, most_chunks
from podflow_ingest.files.content import content
from podflow_ingest.files.first_record import check_header, check_object
from podflow_ingest.files.progress import reported
from podflow_ingest.files.slices import Slices
from podflow_ingest.landing import Delivery, Manifest
from podflow_ingest.objects import Root
from podflow_ingest.settings import Settings
from podflow_ingest.source_files import SourceFile, find_source
from podflow_task.log import event


def extract(dataset: Dataset, origin: FileOrigin, date: datetime.date, settings: Settings) -> Extracted:
    """Divide the source file into chunks in landing; return what was found and the chunks' names.

    The file is read twice: once to check and divide it, once to copy it. A run with the same file and date
    finds its chunks in place and returns the same result.

    Raises:
        SourceError: the file is not there; (SourceFlawError) it is empty or does not fit the declaration.
        LandingFlawError: landing has other content under a chunk's name.
    """
    root = objects.open_root(settings.landing())
    source = find_source(objects.open_root(settings.connection(dataset.connection)), origin.location)
    divided = _divide(dataset, origin, source)
    result: Extracted = {"dataset": dataset.full_name, "rows": divided.rows, "bytes": divided.size, "chunks": []}
    extension = origin.landed_format.extension
    folder = f"dt={date.isoformat()}"
    longest = f"{folder}/{dataset.name}-{'0' * _DIGEST}-0001.{extension}"
    divided = divided.coarsened(most_chunks(result, longest))
    stem = f"{folder}/{dataset.name}-{_identity(divided, source, origin)}"
    result["chunks"] = [f"{stem}-{number:04d}.{extension}" for number in range(1, len(divided.pieces) + 1)]
    _write(_Copy(dataset, origin, source, root, stem), divided, result["chunks"])
    return result


_DIGEST = 12
"""Hexadecimal digits in a chunk's name."""


def _identity(divided: Plan, source: SourceFile, origin: FileOrigin) -> str:
    """Return a name for the file's content, its division, and all else that a manifest says of it.

    One name is never for two contents, so a chunk that is there already is the one that would be written.
    """
    ends = [piece.end for piece in divided.pieces]
    return hashlib.blake2b(repr((divided.digest, ends, source.name, origin.compressed)).encode()).hexdigest()[:_DIGEST]


def _divide(dataset: Dataset, origin: FileOrigin, source: SourceFile) -> Plan:
    form = origin.landed_format
    if isinstance(form, ParquetFormat):
        # Imported only where it is needed: pyarrow takes 50 MB and half a second.
        from podflow_ingest.files import parquet  # noqa: PLC0415

        return parquet.divide(dataset, source)
    header = isinstance(form, CsvFormat) and form.header
    quote = form.quote if isinstance(form, CsvFormat) else None
    cut = Cut(quote, header, origin.chunk_bytes, origin.chunk_rows)
    try:
        stream = reported(content(source, origin), source.name, "check and divide")
        divided = plan(stream, cut, lambda first: _check_first(dataset, form, source.name, first))
    except BadRecordError as error:
        raise SourceFlawError(f"{source.name}: {error}; nothing was written") from None
    if divided.size == 0:
        expected = "not even a header" if header else "it has no record"
        raise SourceFlawError(f"{source.name}: the file is empty, {expected}; nothing was written")
    return divided


def _check_first(dataset: Dataset, form: Format, file: str, record: bytes) -> None:
    if not isinstance(form, CsvFormat):
        check_object(dataset, file, record)
    elif form.header:
        check_header(dataset, form, file, record)


@dataclass(frozen=True)
class _Copy:
    """From where to where a file goes."""

    dataset: Dataset
    origin: FileOrigin
    source: SourceFile
    root: Root
    delivery: str

    def content(self) -> Iterable[bytes]:
        """The file's bytes as chunks hold them."""
        if isinstance(self.origin.format, ParquetFormat):
            return self.source.stream()
        return content(self.source, self.origin)


def _write(copy: _Copy, divided: Plan, chunks: list[str]) -> None:
    """Write all chunks, and then their manifests: a delivery whose manifests are complete is complete."""
    slices = Slices(reported(copy.content(), copy.source.name, "copy to landing"))
    slices.skip(len(divided.header))
    manifests = []
    for number, (chunk, piece) in enumerate(zip(chunks, divided.pieces, strict=True), start=1):
        manifests.append(_write_chunk(copy, chunk, piece, _with_header(divided.header, slices, piece)))
        event("chunk", chunk=chunk, rows=piece.rows, bytes=manifests[-1].bytes, done=f"{number}/{len(chunks)}")
    copy.source.check_unchanged()
    for number, (chunk, manifest) in enumerate(zip(chunks, manifests, strict=True), start=1):
        delivery = Delivery(id=copy.delivery, number=number, chunks=len(chunks))
        path = landing.chunk_path(copy.dataset, chunk)
        landing.write_manifest(copy.root, path, manifest.model_copy(update={"delivery": delivery}))


def _with_header(header: bytes, slices: Slices, piece: Piece) -> Iterator[bytes]:
    return itertools.chain([header], slices.take(piece.end - piece.start))


def _write_chunk(copy: _Copy, chunk: str, piece: Piece, data: Iterator[bytes]) -> Manifest:
    written = landing.write_data(copy.root, landing.chunk_path(copy.dataset, chunk), data)
    return Manifest(
        bytes=written.bytes,
        rows=piece.rows,
        sha256=written.sha256,
        first_line=piece.first_line,
        source=copy.source.name,
        source_compression=copy.origin.compressed,
    )
