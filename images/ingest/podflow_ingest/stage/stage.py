"""From one raw chunk of an HTTP dataset to one typed chunk in the stage layer."""

import json
import tempfile
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import IO

import msgspec

from podflow_ingest import landing
from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.declaration.http_origin import HttpOrigin
from podflow_ingest.errors import DeclarationError, LandingError, LandingFlawError
from podflow_ingest.http.pages import NotJsonError, WrongShapeError, read_page
from podflow_ingest.http.sequence import pages
from podflow_ingest.http.spool import pieces_of
from podflow_ingest.landing import LandedChunk, Manifest, Part
from podflow_ingest.objects import Root
from podflow_ingest.stage.columnar import ColumnarFile
from podflow_ingest.stage.flatten import Flattener, Flawed
from podflow_ingest.stage.naming import staged_name
from podflow_ingest.stage.paths import steps
from podflow_task.log import event


class _Rejects:
    """Bad rows as lines of JSON, on the pod's disk: all of a chunk may be bad."""

    def __init__(self, file: IO[bytes]) -> None:
        self.rows = 0
        self._file = file

    def add(self, number: int, flawed: Flawed) -> None:
        text = flawed.raw.decode("utf-8", errors="backslashreplace").replace("\0", "\\x00")
        line = {"line": number, "raw": text, "reason": flawed.reason}
        self._file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        self.rows += 1

    def write(self, root: Root, path: str) -> Part | None:
        """Write them beside the staged chunk, if there are any."""
        if not self.rows:
            return None
        written = landing.write_data(root, landing.rejects_path(path), pieces_of(self._file))
        return written.model_copy(update={"rows": self.rows})


def stage(dataset: Dataset, chunk: str, root: Root) -> tuple[str, Manifest]:
    """Flatten a raw chunk that extract named; return the staged chunk's name and manifest.

    The name follows from the raw chunk and the declaration. One that is there is taken as it is: another version
    of the writer would give the same rows other bytes.

    Raises:
        DeclarationError: the dataset does not come from an HTTP API.
        LandingError: the raw chunk is missing or not what its manifest says, or landing has other content.
    """
    origin = dataset.origin
    if not isinstance(origin, HttpOrigin):
        raise DeclarationError(f"{dataset.full_name} comes from a {origin.type} and is loaded without `stage`")
    raw = landing.find_chunk(root, landing.chunk_path(dataset, chunk))
    name = staged_name(dataset, origin, chunk)
    path = landing.chunk_path(dataset, name)
    if (found := _find(root, path)) is not None:
        event("staged", chunk=name, rows=found.rows, written=False)
        return name, found
    with tempfile.TemporaryFile() as taken, tempfile.TemporaryFile() as set_aside:
        rejects = _Rejects(set_aside)
        with ColumnarFile(dataset, taken) as columns:
            rows = _type(Flattener(dataset, origin, landing.date_of(chunk)), _records(origin, raw), columns, rejects)
        rejected = rejects.write(root, path)
        written = landing.write_data(root, path, pieces_of(taken))
    manifest = Manifest(
        bytes=written.bytes,
        rows=rows,
        sha256=written.sha256,
        source=raw.name,
        delivery=raw.manifest.delivery,
        rejects=rejected,
    )
    landing.write_manifest(root, path, manifest)
    event("staged", chunk=name, rows=rows, rejected=rejects.rows, bytes=written.bytes)
    return name, manifest


def _find(root: Root, path: str) -> Manifest | None:
    try:
        return landing.find_chunk(root, path).manifest
    except LandingFlawError:
        raise
    except LandingError:
        return None


def _type(flattener: Flattener, records: Iterable[msgspec.Raw], columns: ColumnarFile, rejects: _Rejects) -> int:
    """Send each row of the records where it belongs; return how many there were."""
    rows = 0
    for record in records:
        for row in flattener.rows(record):
            rows += 1
            if isinstance(row, Flawed):
                rejects.add(rows, row)
            else:
                columns.add(rows, row, len(memoryview(record)))
        # It is a part of its page, which would stay in memory beside the next one.
        del record
    return rows


def _records(origin: HttpOrigin, chunk: LandedChunk) -> Iterator[msgspec.Raw]:
    path = None if origin.records is None else steps(origin.records)

    def read(body: bytes) -> list[msgspec.Raw]:
        try:
            return read_page(body, path).records
        except (NotJsonError, WrongShapeError) as error:
            raise LandingFlawError(
                f"{chunk.name}: {error}; nothing was staged. Was `records` changed since extract? Run extract again"
            ) from None

    # A chain, since a loop would keep a page until it has the next one.
    return chain.from_iterable(map(read, pages(chunk.stream())))
