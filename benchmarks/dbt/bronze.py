"""Bronze as it is after months of deliveries: rows that the warehouse makes itself, stamped as they would have come."""

from collections.abc import Callable
from dataclasses import dataclass

DAYS = 100
"""Over so many days the rows of the beginning arrived."""

_FOREX = """
INSERT INTO bronze_forex.customer_transactions
SELECT 'FX-' || n, 'C-' || n % 5000, 'retail', 'EUR', 'USD', CASE n % 2 WHEN 0 THEN 'buy' ELSE 'sell' END,
    100 + n % 900, 1.1, 0.5, 'web', CASE n % 10 WHEN 0 THEN 'pending' ELSE 'settled' END,
    arrived, arrived, NULL, arrived, 1
FROM (SELECT n, {arrived} AS arrived FROM generate_series({first}, {last}) AS n) AS made
"""
_SALES = """
INSERT INTO bronze_logistics.crm_sales_details
SELECT 'SO' || n, 'P-' || n % 300, 11000 + n % 18000, 20250131, 20250207, 20250212, 20, 2, 10, arrived, 1
FROM (SELECT n, {arrived} AS arrived FROM generate_series({first}, {last}) AS n) AS made
"""
_ORDERS = """
INSERT INTO bronze_logistics.orders
    (schema_version, order_id, order_date, ship_date, due_date, ordered_at, customer_key, product_key, quantity, price,
    sales, recipient, street, city, postcode, _topic, _generation, _partition, _offset, _key, _timestamp,
    load_timestamp, _load_id)
SELECT 1, 'O-' || n, arrived, arrived, arrived, arrived, 'AW000' || 11000 + n % 18000, 'P-' || n % 300, 1, 2, 2,
    'name', 'street', 'city', 'code', 'orders', 1, 0, n, NULL, arrived, arrived, 1
FROM (SELECT n, {arrived} AS arrived FROM generate_series({first}, {last}) AS n) AS made
"""


@dataclass(frozen=True)
class Table:
    """A bronze table, what fills it, and the incremental models that are built from it."""

    source: str
    dataset: str
    insert: str


TABLES = (
    Table("forex", "customer_transactions", _FOREX),
    Table("logistics", "crm_sales_details", _SALES),
    Table("logistics", "orders", _ORDERS),
)


def fill(sql: Callable[[str], object], rows: int) -> None:
    """Put so many rows into each table, which arrived one after the other until yesterday."""
    arrived = f"now() - interval '{DAYS} days' + n * (interval '{DAYS - 1} days' / {rows})"
    for table in TABLES:
        sql(f"SET ROLE ingest; {table.insert.format(arrived=arrived, first=1, last=rows)}")


def deliver(sql: Callable[[str], object], first: int, rows: int) -> None:
    """Put so many new rows into each table, which arrive now."""
    for table in TABLES:
        sql(f"SET ROLE ingest; {table.insert.format(arrived='now()', first=first, last=first + rows - 1)}")
