"""From a table to chunks in landing."""

import datetime

from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.declaration.postgres_origin import PostgresOrigin
from podflow_ingest.errors import DeclarationError
from podflow_ingest.extracted import Extracted
from podflow_ingest.settings import Settings


def extract(dataset: Dataset, origin: PostgresOrigin, date: datetime.date, settings: Settings) -> Extracted:  # noqa: ARG001
    """Bring what is new to landing, to the partition `date`."""
    raise DeclarationError(f"{dataset.full_name}: {origin.type} cannot be extracted yet")
