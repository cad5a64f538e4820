"""From an HTTP API to raw chunks in landing: all pages of one run, byte for byte, or nothing."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from podflow_ingest import landing, objects
from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.declaration.http_origin import HttpOrigin
from podflow_ingest.extracted import Extracted, most_chunks
from podflow_ingest.http.client import Api, Connection, Patience, open_api
from podflow_ingest.http.delta import asked_from, furthest, newest_cursors
from podflow_ingest.http.reading import read_all
from podflow_ingest.http.refusals import plain
from podflow_ingest.http.request import filled, first_request
from podflow_ingest.http.sequence import EXTENSION
from podflow_ingest.http.spool import Spool, SpooledPage, groups
from podflow_ingest.landing import Delivery, Manifest
from podflow_ingest.objects import Root
from podflow_ingest.settings import Settings
from podflow_ingest.stage.naming import staged_name
from podflow_task.log import event

CHUNK_SIZE = 64 * 1024 * 1024
"""Bytes of a chunk, unless there would be more chunks than fit in a pod's result."""


def extract(dataset: Dataset, origin: HttpOrigin, date: datetime.date, settings: Settings) -> Extracted:
    """Read all pages that the API has for a run, then write them to landing.

    Raises:
        DeclarationError: the declaration or the connection is not usable.
        SourceError: the API fails, refuses, or sends what does not fit the declaration; nothing was written.
        LandingError: landing fails, or has other content under a chunk's name.
    """
    root = objects.open_root(settings.landing())
    url, headers = settings.connection(dataset.connection), settings.headers(dataset.connection)
    rates = list(filter(None, (origin.requests_per_second, settings.requests_per_second)))
    attempts = min(filter(None, (origin.attempts, settings.request_attempts)))
    patience = Patience(attempts, origin.timeout_seconds, interval=1 / min(rates) if rates else 0.0)
    with open_api(Connection(dataset.connection, url, headers), origin.headers, patience) as api:
        return extract_from(api, dataset, origin, date, root)


def extract_from(api: Api, dataset: Dataset, origin: HttpOrigin, date: datetime.date, root: Root) -> Extracted:
    """Do the same with an API and a landing that are open."""
    seen = furthest(dataset, origin)
    if seen is not None:
        for cursor in newest_cursors(dataset, date, root):
            seen.see(cursor)
    url = api.url(filled(origin.path, date))
    request = first_request(url, origin, date, asked_from(dataset, origin, seen.text if seen else None))
    # Those of the connection's own URL may be secrets.
    asked = {name: value for name, value in request.url.params.items() if name not in url.params}
    event("reading", url=plain(url), parameters=asked, body=request.body)
    with Spool() as spool:
        read_all(api, origin, request, spool, seen)
        found: Extracted = {"dataset": dataset.full_name, "rows": spool.records, "bytes": spool.size, "chunks": []}
        if spool.records:
            stem = f"dt={date.isoformat()}/{dataset.name}-{spool.sha256[:12]}"
            # The longer names of the staged chunks must fit in the next pod's result.
            most = most_chunks(found, staged_name(dataset, origin, f"{stem}-0001.{EXTENSION}"))
            divided = groups(spool.pages, CHUNK_SIZE, most)
            found["chunks"] = [f"{stem}-{number:04d}.{EXTENSION}" for number in range(1, len(divided) + 1)]
            whole = _Whole(spool, divided, plain(url), seen.text if seen else None)
            _write(root, [landing.chunk_path(dataset, chunk) for chunk in found["chunks"]], whole)
    return found


@dataclass(frozen=True)
class _Whole:
    """A delivery that is complete on the pod's disk."""

    spool: Spool
    divided: list[Sequence[SpooledPage]]
    source: str
    cursor: str | None


def _write(root: Root, paths: Sequence[str], whole: _Whole) -> None:
    """Write all chunks, then all manifests, which make them count.

    The last manifest has the cursor: a run that broke off before it is asked for again by the next one.
    """
    manifests = []
    for number, (path, pages) in enumerate(zip(paths, whole.divided, strict=True), start=1):
        written = landing.write_data(root, path, whole.spool.read(pages))
        manifest = Manifest(
            bytes=written.bytes,
            rows=sum(page.records for page in pages),
            sha256=written.sha256,
            source=whole.source,
            cursor=whole.cursor if number == len(paths) else None,
            delivery=Delivery(id=whole.spool.sha256[:12], number=number, chunks=len(paths)),
        )
        manifests.append(manifest)
        event("chunk", chunk=path, rows=manifest.rows, bytes=manifest.bytes, pages=len(pages))
    for path, manifest in zip(paths, manifests, strict=True):
        landing.write_manifest(root, path, manifest)
