"""Records that the stage step could not type: they wait beside the staged chunk."""

import json
from collections.abc import Iterator

from podflow_ingest import landing
from podflow_ingest.flaws.record import Rejected
from podflow_ingest.landing import LandedChunk, Manifest
from podflow_ingest.records import records


def staged_rejects(chunk: LandedChunk) -> Iterator[Rejected]:
    """Yield a chunk's rejects as landing.rejects_path describes them.

    Raises:
        LandingError: they are missing or not what the chunk's manifest says.
    """
    part = chunk.manifest.rejects
    if part is None:
        return
    manifest = Manifest(bytes=part.bytes, rows=part.rows, sha256=part.sha256, source=chunk.name)
    beside = LandedChunk(chunk.root, landing.rejects_path(chunk.path), manifest)
    for line in records(beside.stream(), None):
        found = json.loads(line)
        yield Rejected(found["line"], found["raw"], found["reason"])
