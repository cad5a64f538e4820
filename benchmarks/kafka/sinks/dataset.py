"""The drained dataset: every member of an order, in columns of its type."""

import json

TABLE = "bronze_benchmark.orders"
COLUMNS = {
    "schema_version": "smallint",
    "order_id": "text",
    "order_date": "date",
    "ship_date": "date",
    "due_date": "date",
    "ordered_at": "timestamptz",
    "customer_key": "text",
    "product_key": "text",
    "quantity": "integer",
    "price": "numeric(12,2)",
    "sales": "numeric(12,2)",
    "recipient": "text",
    "street": "text",
    "city": "text",
    "postcode": "text",
}
PLACE = ("_topic", "_generation", "_partition", "_offset", "_key", "_timestamp")
"""What the sink adds."""
_FIELDS = {
    "recipient": "ship_to.name",
    "street": "ship_to.street",
    "city": "ship_to.city",
    "postcode": "ship_to.postcode",
}


def declaration(topic: str) -> str:
    """Return what podflow's pod is told."""
    body = {
        "source": "benchmark",
        "connection": "kafka",
        "name": "orders",
        "description": "Orders of the producers",
        "from": {"type": "kafka", "topic": topic, "fields": _FIELDS},
        "mode": "append",
        "columns": [{"name": name, "type": kind, "nullable": False} for name, kind in COLUMNS.items()],
    }
    return json.dumps(body)
