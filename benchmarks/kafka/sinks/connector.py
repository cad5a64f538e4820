"""What Debezium's JDBC sink is told, and the table that it fills.

The table has the columns of the others. `schema.content` tells the converter once what the messages are (KIP-1054), so
that they need no schema in them; Flatten brings the members of ship_to into columns, InsertField the message's place.
"""

import json
import secrets
from typing import Any

from benchmarks.ingest.postgres import ROLE
from benchmarks.kafka.broker import PARTITIONS
from benchmarks.kafka.sinks import dataset
from benchmarks.kafka.sinks.task import Task

TABLE = "public.debezium"
BATCH = 5000
PORT = 8083
_SHIP_TO = ("name", "street", "city", "postcode")
_TYPES = {"schema_version": "int16", "quantity": "int32"}
"""Of members that are no text; Postgres makes dates, times and amounts of text, as for all others here."""
DEFINITION = f"""
SET ROLE {ROLE};
CREATE TABLE {TABLE} (LIKE {dataset.TABLE} INCLUDING ALL);
ALTER TABLE {TABLE} ALTER _generation SET DEFAULT 1;
ALTER TABLE {TABLE} RENAME recipient TO ship_to_name;
{"".join(f"ALTER TABLE {TABLE} RENAME {name} TO ship_to_{name};" for name in _SHIP_TO[1:])}
RESET ROLE;
"""
"""The others' table under the names that the connector gives to columns. It fills neither _key nor _timestamp."""
CASTS = "".join(
    f"CREATE CAST ({text} AS {kind}) WITH INOUT AS ASSIGNMENT;"
    for text in ("text", "varchar")
    for kind in ("date", "timestamptz", "numeric")
)
"""UNNEST gives columns of text, which Postgres would not put into others."""


def worker(task: Task) -> dict[str, Any]:
    """Return the worker's configuration."""
    return {
        "bootstrap.servers": task.servers,
        "offset.storage.file.filename": "/tmp/offsets",  # noqa: S108  # in its container
        "plugin.discovery": "service_load",
        "listeners": f"http://0.0.0.0:{PORT}",
        "key.converter": "org.apache.kafka.connect.converters.ByteArrayConverter",
        "value.converter": "org.apache.kafka.connect.json.JsonConverter",
        "value.converter.schema.content": json.dumps(schema()),
    }


def connector(task: Task, *, unnest: bool) -> dict[str, Any]:
    """Return the connector's configuration: what its documentation offers for many inserts into Postgres."""
    # Text without a type becomes what the column is. The load's number is a default of the table.
    url = "?reWriteBatchedInserts=true&stringtype=unspecified&options=-c%20podflow.load_id=1"
    return {
        "name": f"debezium-{secrets.token_hex(4)}",
        "connector.class": "io.debezium.connector.jdbc.JdbcSinkConnector",
        "tasks.max": PARTITIONS,
        "topics": task.topic,
        "connection.url": f"jdbc:postgresql://{task.database.host}:5432/{task.database.name}{url}",
        "connection.username": ROLE,
        "connection.password": task.database.password,
        "insert.mode": "insert",
        # With `kafka`, which would make the columns of the place, UNNEST fails (NullPointerException in 3.6.0).
        "primary.key.mode": "none",
        "schema.evolution": "none",
        "collection.name.format": TABLE,
        "batch.size": BATCH,
        "dialect.postgres.unnest.insert.enabled": str(unnest).lower(),
        "consumer.override.max.poll.records": BATCH,
        "consumer.override.max.partition.fetch.bytes": 16 * 2**20,
        "transforms": "flatten,place",
        "transforms.flatten.type": "org.apache.kafka.connect.transforms.Flatten$Value",
        "transforms.flatten.delimiter": "_",
        "transforms.place.type": "org.apache.kafka.connect.transforms.InsertField$Value",
        **{f"transforms.place.{name}.field": f"_{name}!" for name in ("topic", "partition", "offset")},
    }


def schema() -> dict[str, Any]:
    """Return what an order is, in the words of Kafka's JsonConverter."""

    def field(name: str) -> dict[str, Any]:
        return {"field": name, "type": _TYPES.get(name, "string"), "optional": False}

    own = [name for name in dataset.COLUMNS if name not in ("recipient", *_SHIP_TO)]
    ship_to = {"field": "ship_to", "type": "struct", "optional": False, "fields": [*map(field, _SHIP_TO)]}
    return {"type": "struct", "optional": False, "fields": [*map(field, own), ship_to]}
