"""Makes bronze tables as ingestion does. Runs in the ingest image: its arguments are declarations."""

import sys

from podflow_ingest.bronze.connection import connect
from podflow_ingest.bronze.ddl import ensure_tables
from podflow_ingest.declaration.dataset import parse_dataset
from podflow_ingest.declaration.kafka_origin import KafkaOrigin
from podflow_ingest.kafka.table import bronze
from podflow_ingest.settings import Settings

with connect(Settings.read()) as connection:
    for text in sys.argv[1:]:
        dataset = parse_dataset(text)
        ensure_tables(connection, bronze(dataset) if isinstance(dataset.origin, KafkaOrigin) else dataset)
