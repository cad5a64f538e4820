"""Landing: immutable chunks, each with a manifest that is checked before it is loaded."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO

from pydantic import BaseModel, ConfigDict, ValidationError

from podflow_ingest import objects
from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.errors import LandingFlawError
from podflow_ingest.objects import Root

MANIFEST = ".manifest.json"
"""Ends the name of a chunk's manifest."""
STAGE = "stage/"
"""Begins the name of a chunk in the stage layer."""
ROW_NUMBER = "_record"
"""A staged chunk's optional column that no declaration has: see rejects_path."""
_PARTITION = re.compile(r"dt=(\d{4}-\d\d-\d\d)/")


class Part(BaseModel):
    """Size and content of an object."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    bytes: int
    rows: int
    sha256: str


class Delivery(BaseModel):
    """A chunk's place among the chunks that together are one delivery of a dataset."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    """The same for all chunks of the delivery, and for no other: later deliveries need not sort after it."""
    number: int
    """From 1."""
    chunks: int


class Manifest(BaseModel):
    """What a chunk must be. It has no time in it: the same source file gives the same manifest."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    bytes: int
    rows: int
    """Records of the source that this chunk accounts for: those in it and those in its rejects."""
    sha256: str
    first_line: int = 1
    """Physical line of the source file on which the chunk's first row begins."""
    source: str
    """What it was read from: a file's or a page's URL, or a table. Without credentials."""
    source_compression: str | None = None
    """How the source was compressed; a chunk is not."""
    cursor: str | None = None
    """Highest value of the dataset's cursor column in the delivery up to here, for the next delta."""
    delivery: Delivery | None = None
    rejects: Part | None = None
    """What the stage step could not bring into the chunk: an object beside it, see rejects_path."""


@dataclass(frozen=True)
class LandedChunk:
    """One chunk in landing with its manifest."""

    root: Root
    path: str
    manifest: Manifest

    @property
    def name(self) -> str:
        """The chunk's URL, for messages."""
        return self.root.name(self.path)

    def verify(self) -> None:
        """Read the chunk once and compare it with the manifest. Raises as stream."""
        for _ in self.stream():
            pass

    def open(self) -> IO[bytes]:
        """Open the chunk for reading here and there, without comparing."""
        return objects.open_object(self.root, self.path)

    def stream(self) -> Iterator[bytes]:
        """Yield the chunk's bytes, and compare them with the manifest at the end.

        Raises:
            LandingError: the object is not the one that the manifest describes.
        """
        digest = hashlib.sha256()
        size = 0
        for piece in objects.read(self.root, self.path):
            digest.update(piece)
            size += len(piece)
            yield piece
        if (size, digest.hexdigest()) != (self.manifest.bytes, self.manifest.sha256):
            raise LandingFlawError(
                f"{self.name}: {size} bytes with sha256 {digest.hexdigest()}, but its manifest says "
                f"{self.manifest.bytes} bytes with {self.manifest.sha256}: the chunk was changed after extract; "
                "nothing was loaded. Move it and its manifest away, then run extract again"
            )


def chunk_path(dataset: Dataset, chunk: str) -> str:
    """Return the path in landing of a chunk that extract (`dt=...`) or stage (`stage/dt=...`) named.

    Raises:
        LandingFlawError: the name leads out of the dataset's folder.
    """
    if chunk.startswith("/") or ".." in chunk.split("/"):
        raise LandingFlawError(f"{dataset.full_name}: {chunk!r} is not the name of a chunk")
    layer, name = ("stage", chunk.removeprefix(STAGE)) if chunk.startswith(STAGE) else ("raw", chunk)
    return f"{layer}/{dataset.source}/{dataset.name}/{name}"


def date_of(chunk: str) -> str:
    """Return the day (yyyy-mm-dd) of a chunk that extract or stage named.

    Raises:
        LandingFlawError: the name does not say.
    """
    found = _PARTITION.match(chunk.removeprefix(STAGE))
    if found is None:
        raise LandingFlawError(f"{chunk!r} is not the name of a chunk: it does not begin with dt=<yyyy-mm-dd>/")
    return found[1]


def rejects_path(path: str) -> str:
    """Return the path of a staged chunk's rejects: JSON lines, each {"line": ..., "raw": ..., "reason": ...}.

    `line` is the record's number in what was staged. A staged chunk may have a column ROW_NUMBER with that number
    for the rows that were taken; no number occurs twice in the two together.
    """
    return f"{path}.rejects.jsonl"


def write_data(root: Root, path: str, pieces: Iterable[bytes]) -> Part:
    """Write a chunk's bytes as they come; return what was written, without counting rows (0).

    They count for nothing until write_manifest: without it, a run that broke off left no chunk.

    Raises:
        LandingFlawError: a different object has the name.
    """
    pieces = iter(pieces)
    first: list[bytes] = []
    size = 0
    for piece in pieces:
        first.append(piece)
        size += len(piece)
        if size >= objects.PART_SIZE:
            break
    else:
        data = b"".join(first)
        objects.create(root, path, data)
        return Part(bytes=size, rows=0, sha256=hashlib.sha256(data).hexdigest())

    def rest() -> Iterator[bytes]:
        nonlocal size
        for piece in pieces:
            size += len(piece)
            yield piece

    sha256 = objects.create_large(root, path, first, rest())
    return Part(bytes=size, rows=0, sha256=sha256)


def write_manifest(root: Root, path: str, manifest: Manifest) -> bool:
    """Declare the chunk at `path` complete; return False if this very manifest was there already.

    Raises:
        LandingFlawError: a different manifest is there.
    """
    content = manifest.model_dump_json(indent=1, exclude_none=True).encode()
    return objects.create(root, _manifest_path(path), content)


def find_chunk(root: Root, path: str) -> LandedChunk:
    """Read a chunk's manifest.

    Raises:
        LandingError: there is none, or (LandingFlawError) it is not a manifest.
    """
    content = b"".join(objects.read(root, _manifest_path(path)))
    try:
        return LandedChunk(root, path, Manifest.model_validate_json(content))
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        raise LandingFlawError(
            f"{root.name(_manifest_path(path))}: not a manifest: {first['loc']}: {first['msg']}"
        ) from None


def _manifest_path(path: str) -> str:
    return path + MANIFEST
