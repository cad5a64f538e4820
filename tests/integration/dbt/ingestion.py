"""Datasets brought to bronze as the pods of a run do it, in one process."""

import datetime

from podflow_ingest import deliveries, landing, objects
from podflow_ingest.bronze.connection import connect
from podflow_ingest.bronze.load import load
from podflow_ingest.commands.extract import extract_dataset
from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.settings import Settings

DAY = datetime.date(2026, 11, 20)


def bring(dataset: Dataset, settings: Settings) -> None:
    """Extract what the dataset's source has and load all of it."""
    root = objects.open_root(settings.landing())
    chunks = extract_dataset(dataset, DAY, settings)["chunks"]
    deliveries.write(root, dataset, chunks)
    for chunk in chunks:
        landed = landing.find_chunk(root, landing.chunk_path(dataset, chunk))
        with connect(settings) as connection:
            load(connection, dataset, landed, settings)
