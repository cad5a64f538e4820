"""From one raw chunk of an HTTP dataset to one typed chunk in the stage layer."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from podflow_ingest import landing
from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.declaration.http_origin import HttpOrigin
from podflow_ingest.errors import DeclarationError, LandingError, LandingFlawError
from podflow_ingest.http.pages import NotJsonError, WrongShapeError, read_page
from podflow_ingest.http.sequence import pages
from podflow_ingest.landing import LandedChunk, Manifest, Part
from podflow_ingest.objects import Root
from podflow_ingest.stage.columnar import ColumnarFile
from podflow_ingest.stage.flatten import Flattener
from podflow_ingest.stage.naming import staged_name
from podflow_ingest.stage.paths import steps
from podflow_task.log import event


@dataclass
class _Typed:
    """What a raw chunk became."""

    taken: ColumnarFile
    rows: int = 0
    rejected: list[bytes] = field(default_factory=list)

    def reject(self, number: int, raw: msgspec.Raw, reason: str) -> None:
        text = bytes(raw).decode("utf-8", errors="backslashreplace").replace("\0", "\\x00")
        line = {"line": number, "raw": text, "reason": reason}
        self.rejected.append(json.dumps(line, ensure_ascii=False).encode() + b"\n")


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
    typed = _typed(dataset, origin, raw)
    data = typed.taken.finished()
    rejects = _write_rejects(root, path, typed.rejected)
    written = landing.write_data(root, path, [data])
    manifest = Manifest(
        bytes=written.bytes,
        rows=typed.rows,
        sha256=written.sha256,
        source=raw.name,
        delivery=raw.manifest.delivery,
        rejects=rejects,
    )
    landing.write_manifest(root, path, manifest)
    event("staged", chunk=name, rows=typed.rows, rejected=len(typed.rejected), bytes=written.bytes)
    return name, manifest


def _find(root: Root, path: str) -> Manifest | None:
    try:
        return landing.find_chunk(root, path).manifest
    except LandingFlawError:
        raise
    except LandingError:
        return None


def _typed(dataset: Dataset, origin: HttpOrigin, chunk: LandedChunk) -> _Typed:
    flattener = Flattener(dataset, origin)
    typed = _Typed(ColumnarFile(dataset))
    for record in _records(origin, chunk):
        for row, reason in flattener.rows(record):
            typed.rows += 1
            if row is None:
                typed.reject(typed.rows, record, reason)
            else:
                typed.taken.add(typed.rows, row, len(memoryview(record)))
    return typed


def _records(origin: HttpOrigin, chunk: LandedChunk) -> Iterator[msgspec.Raw]:
    path = None if origin.records is None else steps(origin.records)
    for body in pages(chunk.stream()):
        try:
            yield from read_page(body, path).records
        except (NotJsonError, WrongShapeError) as error:
            raise LandingFlawError(
                f"{chunk.name}: {error}; nothing was staged. Was `records` changed since extract? Run extract again"
            ) from None


def _write_rejects(root: Root, path: str, rejected: list[bytes]) -> Part | None:
    if not rejected:
        return None
    written = landing.write_data(root, landing.rejects_path(path), rejected)
    return Part(bytes=written.bytes, rows=len(rejected), sha256=written.sha256)
