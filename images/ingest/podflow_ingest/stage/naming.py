"""What a raw chunk is called in the stage layer."""

import hashlib
import json

from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.declaration.http_origin import HttpOrigin
from podflow_ingest.landing import STAGE

RULES = 1
"""Raise it when the same page and declaration would become other rows than before."""


def loadable(dataset: Dataset, chunk: str) -> str:
    """Return the name under which `load` takes a chunk that extract named: its staged one, if it is staged."""
    return staged_name(dataset, dataset.origin, chunk) if isinstance(dataset.origin, HttpOrigin) else chunk


def staged_name(dataset: Dataset, origin: HttpOrigin, chunk: str) -> str:
    """Return the name of a raw chunk's staged one; another declaration of the columns gives another name."""
    said = [RULES, origin.records, origin.fields, [[c.name, c.type, c.nullable] for c in dataset.columns]]
    digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
    return f"{STAGE}{chunk.partition('.')[0]}.{digest[:8]}.parquet"
