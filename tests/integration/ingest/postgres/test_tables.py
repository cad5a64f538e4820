import threading
from collections.abc import Callable
from typing import Any

import pytest

from podflow_ingest.bronze.ledger import Counts
from podflow_ingest.postgres.extract import extract_tables
from tests.integration.ingest.conftest import DAY
from tests.integration.ingest.postgres.conftest import ORDERS_TABLE, Source, Table

MAKE = Callable[..., Table]
MEBIBYTE = 1024 * 1024
BRONZE = "SELECT id, note, changed_at FROM bronze_shop.orders ORDER BY id"


def test_a_table_comes_to_bronze_and_the_next_time_only_what_changed_is_written(source: Source, table_of: MAKE) -> None:
    source.execute(ORDERS_TABLE.format(rows=1000))
    orders = table_of()
    extracted = orders.extract()
    assert (extracted["dataset"], extracted["rows"], len(extracted["chunks"])) == ("shop.orders", 1000, 1)
    assert orders.load(extracted) == Counts(1000, 1000, 0, 0, 0, 0)
    source.execute("UPDATE orders SET note = 'changed' WHERE id = 7")
    source.execute("INSERT INTO orders VALUES (1001, NULL, NULL)")
    assert orders.run() == Counts(1001, 1, 1, 999, 0, 0)
    assert orders.pipeline.query(BRONZE) == source.execute("SELECT * FROM orders ORDER BY id")


TYPES: dict[str, tuple[str, str, list[str | None]]] = {
    "small": ("smallint", "smallint", ["-32768", None]),
    "big": ("bigint", "bigint", ["9223372036854775807", None]),
    "amount": ("numeric(18,8)", "numeric(18,8)", ["-1234567890.12345678", "0"]),
    "free": ("numeric", "numeric", ["1e400", "NaN"]),
    "double": ("double precision", "double precision", ["0.1", "-Infinity"]),
    "single": ("real", "real", ["0.1", "3.4e38"]),
    "flag": ("boolean", "boolean", ["true", "false"]),
    "day": ("date", "date", ["0044-03-15 BC", "infinity"]),
    "clock": ("time(6)", "time", ["23:59:59.999999", "00:00"]),
    "local": ("timestamp", "timestamp", ["2026-11-20 10:00:00.000001", "-infinity"]),
    "instant": ("timestamptz", "timestamptz", ["2026-11-20 10:00+05:30", "0001-01-01 00:00Z"]),
    "number": ("uuid", "uuid", ["6f0d5b8e-98a5-4d3a-8d8e-0d6f5a0b7c11", None]),
    "document": ("jsonb", "jsonb", ['{"a": ["\\"", "ü\\n,", null]}', "null"]),
    "verbatim": ("json", "jsonb", ['{"a":  1}', "[]"]),
    "list": ("text[]", "jsonb", ['{"a,b","c\\"d",NULL}', "{}"]),
    "fixed": ("char(4)", "char(4)", ["ab", ""]),
    "mood": ("mood", "text", ["glad", None]),
    "span": ("interval", "text", ["1 day 02:03:04", None]),
    "bytes": ("bytea", "text", ["\\x00ff", ""]),
    "domain": ("positive", "integer", ["1", None]),
    "words": ("text", "text", ["", "\\."]),
    "lines": ("text", "text", ['a\r\n"b",\n\tc', " \n"]),
    "zone": ("timestamp", "timestamptz", ["2026-11-20 10:00", None]),
}


def test_every_type_arrives_as_it_is(source: Source, table_of: MAKE) -> None:
    source.execute("CREATE TYPE mood AS ENUM ('glad', 'sad'); CREATE DOMAIN positive AS integer CHECK (VALUE > 0)")
    source.execute("SET timezone = 'Asia/Tokyo'; ALTER ROLE current_user SET datestyle = 'German, DMY'")
    source.execute(
        "ALTER ROLE current_user SET timezone = 'Asia/Tokyo'; ALTER ROLE current_user SET bytea_output = escape"
    )
    columns = ", ".join(f"{name} {kind}" for name, (kind, _, _) in TYPES.items())
    source.execute(f"CREATE TABLE orders (id bigint PRIMARY KEY, {columns})")
    for row in (0, 1):
        values = [each[row] for _, _, each in TYPES.values()]
        casts = ", ".join(f"%s::{kind}" for kind, _, _ in TYPES.values())
        source.execute(f"INSERT INTO orders VALUES ({row}, {casts})", values)
    declared = [{"name": name, "type": kind} for name, (_, kind, _) in TYPES.items()]
    orders = table_of(columns=[{"name": "id", "type": "bigint", "nullable": False}, *declared])
    assert orders.run() == Counts(2, 2, 0, 0, 0, 0)
    source.execute("SET timezone = 'UTC'")
    made_json = {"list": "to_jsonb(list)", "verbatim": "verbatim::jsonb"}
    for name in TYPES:
        wanted = source.execute(f"SELECT {made_json.get(name, name)}::text FROM orders ORDER BY id")
        found = orders.pipeline.query(f"SELECT {name}::text FROM bronze_shop.orders ORDER BY id")
        if name == "zone":
            wanted = [(value and f"{value}+00",) for (value,) in wanted]
        assert found == wanted, name


def test_rows_of_one_column_without_a_value_are_rows(source: Source, table_of: MAKE) -> None:
    source.execute("CREATE TABLE orders (id text); INSERT INTO orders VALUES (NULL), (''), ('\\.'), (NULL)")
    orders = table_of(columns=[{"name": "id", "type": "text", "nullable": False}])
    assert orders.run() == Counts(4, 2, 0, 0, 0, 2)


def test_names_of_the_source_are_mapped(source: Source, table_of: MAKE) -> None:
    source.execute('CREATE SCHEMA "Sales"; CREATE TABLE "Sales"."Order; --" (id bigint, "The ""Note""" text)')
    source.execute('INSERT INTO "Sales"."Order; --" VALUES (1, %s)', ["a"])
    columns = [{"name": "id", "type": "bigint", "nullable": False}, {"name": "note", "type": "text"}]
    orders = table_of({"table": "Sales.Order; --", "names": {"note": 'The "Note"'}}, columns=columns)
    assert orders.landed(orders.extract()) == [{"id": "1", "note": "a"}]


PLAIN = "CREATE TABLE orders (id bigint, note text, changed_at timestamptz)"
PARTITIONED = f"""{PLAIN} PARTITION BY HASH (id);
CREATE TABLE orders_0 PARTITION OF orders FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE orders_1 PARTITION OF orders FOR VALUES WITH (MODULUS 2, REMAINDER 1)
"""
INHERITED = f"""{PLAIN};
CREATE TABLE orders_old () INHERITS (orders);
INSERT INTO orders_old VALUES (0, 'old', NULL)
"""
DIVIDED: dict[str, tuple[str, dict[str, Any]]] = {
    "by pages": (PLAIN, {}),
    "partitioned": (PARTITIONED, {}),
    "inherited": (INHERITED, {}),
    "by key": (PLAIN, {"split_by": "id"}),
    "by text": (PLAIN, {"split_by": "note"}),
}


@pytest.mark.parametrize(("definition", "origin"), DIVIDED.values(), ids=list(DIVIDED))
def test_a_large_table_is_read_in_ranges_that_hold_every_row_once(
    source: Source, table_of: MAKE, definition: str, origin: dict[str, Any]
) -> None:
    source.execute(definition)
    source.execute("INSERT INTO orders SELECT n, nullif(md5(n::text), md5('7')) FROM generate_series(1, 90000) n")
    source.execute("DELETE FROM orders WHERE mod(id, 10) = 0")
    source.execute("ANALYZE orders")
    orders = table_of({**origin, "chunk_bytes": MEBIBYTE, "connections": 3})
    extracted = orders.extract()
    assert len(extracted["chunks"]) > 3
    sizes = [len(orders.rows(chunk)) for chunk in extracted["chunks"]]
    assert max(sizes) < 2 * min(sizes)
    wanted = source.execute("SELECT id::text, coalesce(note, '') FROM orders ORDER BY 1")
    assert sorted((row["id"], row["note"]) for row in orders.landed(extracted)) == wanted


def test_a_view_is_read_in_one_piece(source: Source, table_of: MAKE) -> None:
    source.execute(ORDERS_TABLE.format(rows=50000))
    source.execute("CREATE VIEW seen AS SELECT * FROM orders; CREATE MATERIALIZED VIEW kept AS SELECT * FROM orders")
    for name in ("seen", "kept"):
        orders = table_of({"table": f"public.{name}", "chunk_bytes": MEBIBYTE})
        extracted = orders.extract()
        assert extracted["rows"] == 50000
        assert (len(extracted["chunks"]) == 1) == (name == "seen")


def test_an_empty_table_is_nothing_to_do_but_news_in_mode_full(source: Source, table_of: MAKE) -> None:
    source.execute(ORDERS_TABLE.format(rows=0))
    assert table_of().extract()["chunks"] == []
    (chunk,) = table_of(mode="full").extract()["chunks"]
    assert table_of(mode="full").rows(chunk) == []


def test_tables_of_a_run_agree_while_others_write(source: Source, table_of: MAKE) -> None:
    source.execute("CREATE TABLE orders (id bigint PRIMARY KEY, note text, changed_at timestamptz)")
    source.execute("CREATE TABLE lines (id bigint PRIMARY KEY, note text, changed_at timestamptz)")
    stop = threading.Event()

    def write() -> None:
        with source.connect() as connection:
            number = 0
            # A pause: the tables must not outgrow the reading.
            while not stop.wait(0.01):
                batch = f"SELECT n, repeat('x', 500), now() FROM generate_series({number}, {number + 99}) n"
                with connection.transaction():
                    connection.execute(f"INSERT INTO lines {batch}")
                    connection.execute(f"INSERT INTO orders {batch}")
                    connection.execute("DELETE FROM orders WHERE id = %s", [number])
                    connection.execute("DELETE FROM lines WHERE id = %s", [number])
                number += 100

    writer = threading.Thread(target=write)
    writer.start()
    try:
        tables = [table_of({"table": f"public.{n}", "chunk_bytes": MEBIBYTE}, name=n) for n in ("orders", "lines")]
        for _ in range(8):
            datasets = [each.pipeline.dataset for each in tables]
            found = extract_tables(datasets, DAY, tables[0].pipeline.settings)
            orders, lines = ({row["id"] for row in t.landed(each)} for t, each in zip(tables, found, strict=True))
            assert orders == lines
        assert len(found[0]["chunks"]) > 1
    finally:
        stop.set()
        writer.join()
