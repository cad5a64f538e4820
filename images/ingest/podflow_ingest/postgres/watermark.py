"""How far bronze has come in a table: where the next delta begins."""

import psycopg

from podflow_ingest import landing, objects
from podflow_ingest.bronze import ops
from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.landing import LandedChunk
from podflow_ingest.objects import Root

# Names of deliveries sort by their time. One from before the table was made anew may have been replayed since, but
# perhaps without those that came before it.
_LOADED = r"""
SELECT chunk[1] || '/' || chunk[2], array_agg(DISTINCT path)
FROM (
    SELECT chunk AS path, regexp_match(chunk, '^(.*)/([^/]+)-\d+\.csv$') AS chunk
    FROM ops.load
    WHERE dataset = %(dataset)s AND finished_at IS NOT NULL AND table_gone_at IS NULL
) AS loaded
WHERE substring(chunk[2] FROM '\d{8}T\d{12}Z') > coalesce((
    SELECT to_char(max(table_gone_at), 'YYYYMMDD"T"HH24MISSUS"Z"') FROM ops.load WHERE dataset = %(dataset)s
), '')
GROUP BY chunk
ORDER BY chunk[2] COLLATE "C" DESC
LIMIT 100
"""


def loaded_up_to(warehouse: psycopg.Connection, dataset: Dataset, source: str, root: Root) -> str | None:
    """Return the cursor of the newest delivery that is in bronze with all of its chunks, None if there is none.

    A delivery that failed to load, or of which a chunk is missing in landing, does not count: the next delta reads
    its rows again. None too if that delivery was of another table, or lacks a column that is declared now.

    Raises:
        LandingError: landing does not answer.
        psycopg.Error: the warehouse does not.
    """
    ops.ensure(warehouse)
    for stem, paths in warehouse.execute(_LOADED, {"dataset": dataset.full_name}).fetchall():
        last = _last_chunk(root, stem, set(paths))
        if last is not None:
            fits = last.manifest.source == source and _has_columns(last, dataset)
            return last.manifest.cursor if fits else None
    return None


def _last_chunk(root: Root, stem: str, loaded: set[str]) -> LandedChunk | None:
    """Return the last chunk of a delivery if landing has all of them, and `loaded` too."""
    folder = stem.rpartition("/")[0]
    landed = [
        path.removesuffix(landing.MANIFEST)
        for path in objects.names(root, folder)
        if path.startswith(f"{stem}-") and path.endswith(landing.MANIFEST)
    ]
    if not landed or not loaded.issuperset(landed):
        return None
    last = landing.find_chunk(root, landed[-1])
    delivery = last.manifest.delivery
    return last if delivery is not None and delivery.chunks == len(landed) else None


def _has_columns(chunk: LandedChunk, dataset: Dataset) -> bool:
    with chunk.open() as content:
        header = content.readline().decode().rstrip("\r\n").split(",")
    return set(dataset.column_names) <= set(header)
