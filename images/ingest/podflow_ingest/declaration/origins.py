"""Where a dataset comes from: `from` in its declaration."""

from typing import Annotated

from pydantic import Field

from podflow_ingest.declaration.file_origin import FileOrigin
from podflow_ingest.declaration.http_origin import HttpOrigin
from podflow_ingest.declaration.kafka_origin import KafkaOrigin
from podflow_ingest.declaration.postgres_origin import PostgresOrigin

Origin = Annotated[FileOrigin | HttpOrigin | KafkaOrigin | PostgresOrigin, Field(discriminator="type")]
