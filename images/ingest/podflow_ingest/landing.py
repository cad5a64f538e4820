"""Landing: immutable chunks, each with a manifest that is checked before it is loaded."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, ValidationError

from podflow_ingest import objects
from podflow_ingest.catalogue import Dataset
from podflow_ingest.errors import LandingError
from podflow_ingest.objects import Root


class Manifest(BaseModel):
    """What a chunk must be. It has no time in it: the same source file gives the same manifest."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    bytes: int
    rows: int
    sha256: str
    first_line: int
    """Physical line of the source file on which the chunk's first row begins."""
    source_file: str


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
            raise LandingError(
                f"{self.name}: {size} bytes with sha256 {digest.hexdigest()}, but its manifest says "
                f"{self.manifest.bytes} bytes with {self.manifest.sha256}: the chunk was changed after extract; "
                "nothing was loaded. Move it and its manifest away, then run extract again"
            )


def describe(data: bytes, rows: int, first_line: int, source_file: str) -> Manifest:
    """Return the manifest of the chunk `data`."""
    sha256 = hashlib.sha256(data).hexdigest()
    return Manifest(bytes=len(data), rows=rows, sha256=sha256, first_line=first_line, source_file=source_file)


def chunk_path(dataset: Dataset, chunk: str) -> str:
    """Return the path in landing of a chunk that extract named.

    Raises:
        LandingError: the name leads out of the dataset's folder.
    """
    if chunk.startswith("/") or ".." in chunk.split("/"):
        raise LandingError(f"{dataset.full_name}: {chunk!r} is not the name of a chunk")
    return f"raw/{dataset.source}/{dataset.name}/{chunk}"


def write_chunk(root: Root, path: str, data: bytes, manifest: Manifest) -> bool:
    """Write a chunk and then its manifest, each only if absent; return False if both were there already.

    Raises:
        LandingError: a different object has the name.
    """
    wrote_data = objects.create(root, path, data)
    wrote_manifest = objects.create(root, _manifest_path(path), manifest.model_dump_json(indent=1).encode())
    return wrote_data or wrote_manifest


def find_chunk(root: Root, path: str) -> LandedChunk:
    """Read a chunk's manifest.

    Raises:
        LandingError: there is none, or it is not a manifest.
    """
    content = b"".join(objects.read(root, _manifest_path(path)))
    try:
        return LandedChunk(root, path, Manifest.model_validate_json(content))
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        raise LandingError(
            f"{root.name(_manifest_path(path))}: not a manifest: {first['loc']}: {first['msg']}"
        ) from None


def _manifest_path(path: str) -> str:
    return f"{path}.manifest.json"
