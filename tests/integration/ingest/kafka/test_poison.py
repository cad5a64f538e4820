"""Messages that bronze cannot take: each is in quarantine with its offset and a reason, all others are in bronze."""

import json
import sys
from random import Random

import pytest

from tests.integration.ingest.test_memory import IMAGE, MEASURED
from tests.kafka_shop import INGEST_PATH, TABLE, Shop, order
from tests.servers import Server

POISON: dict[str, tuple[bytes | None, str]] = {
    "a tombstone": (None, "a tombstone"),
    "empty": (b"", "an empty message"),
    "no JSON": (b"no order, sorry", "not JSON"),
    "cut off": (order(1)[:40], "not JSON"),
    "a list": (b"[1, 2]", "Expected `object`, got `array`"),
    "null": (b"null", "Expected `object`, got `null`"),
    "two objects": (order(1) + order(2), "not JSON"),
    "not UTF-8": (order(1).replace(b"Berlin", b"\xff\xfe"), "is not utf-8"),
    "not UTF-8 in a member that is not declared": (b'{"x": "\xff", ' + order(1)[1:], "is not utf-8"),
    "NUL": (order(1).replace(b"Berlin", b"Ber\0lin"), "not JSON"),
    "NUL, escaped": (order(1).replace(b"Berlin", b"Ber\\u0000lin"), "\\u0000"),
    "NUL, escaped, in jsonb": (order(1, extra="\0"), "extra: unsupported Unicode escape sequence"),
    "half a surrogate pair": (order(1).replace(b"Berlin", b"\\ud800"), "not JSON"),
    "half a surrogate pair, in jsonb": (order(1, extra=1).replace(b'"extra": 1', b'"extra": "\\ud800"'), "not JSON"),
    "NaN": (order(1, price=float("nan")), "not JSON"),
    "a number beyond all numbers": (order(1).replace(b'"9.99"', b"1e400000"), "price: numeric field overflow"),
    "a number too large for its column": (order(1, price="1e12"), "price: numeric field overflow"),
    "a text for a number": (order(1, quantity="some"), 'quantity: invalid input syntax for type integer: "some"'),
    "a list for a number": (order(1, quantity=[1]), "quantity: invalid input syntax for type integer"),
    "no such day": (order(1, ordered_at="2026-02-30T00:00:00Z"), "ordered_at: date/time field value out of range"),
    "a required member is missing": (
        order(1).replace(b'"order_id"', b'"order_no"'),
        "missing required field `order_id`",
    ),
    "a required member is null": (order(1, order_id=None), "order_id: required, but null"),
    "a text where an object is": (order(1, ship_to="Berlin"), "Expected `object"),
    "deeper than anybody nests": (order(1, extra=1).replace(b'"extra": 1', b'"extra": ' + b"[" * 9000), "recursion"),
}
GOOD: dict[str, bytes] = {
    "an escape": order(0, ship_to={"city": 'a\\b\n\t"c"'}),
    "null where nothing is required": order(0, price=None, extra=None),
    "an object that is null": order(0, ship_to=None),
    "no object": order(0).replace(b'"ship_to"', b'"shipped"'),
    "braces in a text": order(0, ship_to={"city": "{[null]}"}),
    "white space": b" \n" + order(0) + b"\n ",
    "a number as a text": order(0, quantity="3"),
    "more members": order(0, more={"a": [1, {"b": None}]}),
}


@pytest.mark.parametrize("alone", [True, False])
def test_each_kind_of_poison_is_told_by_its_offset(shop: Shop, *, alone: bool) -> None:
    values: list[bytes | None] = []
    for number, (value, _) in enumerate(POISON.values()):
        values += [value] if alone else [order(number), value]
    shop.send(values)
    outcome = shop.drain()
    good = 0 if alone else len(POISON)
    assert (outcome["rows"], outcome["rejected"]) == (good, len(POISON))
    found = shop.query("SELECT line, reason, chunk FROM ops.quarantine ORDER BY line")
    assert [line for line, _, _ in found] == list(range(0 if alone else 1, len(values), 1 if alone else 2))
    for (kind, (_, expected)), (_, reason, chunk) in zip(POISON.items(), found, strict=True):
        assert expected in reason, kind
        assert chunk == f"kafka/{shop.topic}/0"
    assert shop.ids() == [f"O-{number}" for number in range(good)]
    assert shop.ledger() == (len(values), good, len(POISON))
    assert shop.drain()["read"] == 0


def test_what_is_unusual_but_right_is_taken(shop: Shop) -> None:
    shop.send(GOOD.values())
    assert shop.drain()["rows"] == len(GOOD)
    assert shop.query(f"SELECT city FROM {TABLE} ORDER BY _offset LIMIT 1") == [('a\\b\n\t"c"',)]
    rest = shop.query(f"SELECT city, price, quantity FROM {TABLE} ORDER BY _offset OFFSET 1")
    assert [city for city, _, _ in rest[:4]] == ["Berlin", None, None, "{[null]}"]
    assert (rest[0][1], rest[5][2]) == (None, 3)


def test_poison_in_a_large_batch_costs_no_good_message(shop: Shop) -> None:
    values: list[bytes | None] = [order(number) for number in range(10_000)]
    values[17] = b"no order"
    values[4321] = order(4321, quantity="some")
    values[9999] = order(9999, order_id=None)
    shop.send(values)
    assert shop.drain()["rejected"] == 3
    assert shop.query("SELECT line FROM ops.quarantine ORDER BY line") == [(17,), (4321,), (9999,)]
    assert len(set(shop.ids())) == 9997


def test_what_makes_copy_fail_as_a_whole_is_found(shop: Shop, postgres_server: Server) -> None:
    values: list[bytes | None] = [order(number) for number in range(3000)]
    values[1234] = order(1234, extra=1).replace(b'"extra": 1', b'"extra": ' + b"[" * 900 + b"]" * 900)
    shop.send(values)
    # With its usual stack the server takes such a depth.
    database = shop.settings.warehouse_database
    statement = f"ALTER ROLE ingest IN DATABASE {database} SET max_stack_depth = '100kB'"
    postgres_server.execute("psql", "--username=postgres", "--command", statement)
    outcome = shop.drain()
    assert (outcome["rows"], outcome["rejected"]) == (2999, 1)
    (reason,) = shop.query("SELECT reason FROM ops.quarantine WHERE line = 1234")[0]
    assert "stack depth limit exceeded" in reason


def test_a_key_that_is_no_text_is_poison_too(shop: Shop) -> None:
    shop.send([order(1)], key=b"\xff")
    shop.send([order(2)], key=b"a\0b")
    shop.send([order(3)], key=None)
    shop.send([order(4)], key="Größe,".encode())
    assert shop.drain()["rejected"] == 2
    assert shop.query(f"SELECT order_id, _key FROM {TABLE} ORDER BY _offset") == [("O-3", None), ("O-4", "Größe,")]
    assert [reason for (reason,) in shop.query("SELECT reason FROM ops.quarantine ORDER BY line")] == [
        "key: byte 1 (0xff) is not utf-8",
        "key: a NUL character, which Postgres cannot keep",
    ]


def test_raw_messages_are_kept_as_they_came(shop: Shop) -> None:
    shop.send([b"caf\xe9 \0 \xc3\xa9"])
    shop.drain()
    assert shop.query("SELECT raw FROM ops.quarantine") == [("caf\\xe9 \\x00 é",)]


@pytest.mark.parametrize("good", [True, False])
def test_a_huge_message_is_a_row_or_in_quarantine_as_a_whole(shop: Shop, *, good: bool) -> None:
    shop.allow(8_000_000)
    huge = order(1, note="x" * 7_000_000) if good else b"x" * 7_000_000
    shop.send([order(0), huge, order(2)])
    assert shop.drain()["rejected"] == (not good)
    assert shop.ids() == ["O-0", *(["O-1"] if good else []), "O-2"]
    assert shop.query("SELECT length(raw) FROM ops.quarantine") == ([] if good else [(7_000_000,)])


def test_a_topic_of_binary_messages_fits_the_memory_of_the_sinks_pod(shop: Shop) -> None:
    noise = Random(1)
    shop.send(noise.randbytes(4000) for _ in range(10_000))
    command = [sys.executable, "-c", MEASURED, "drain", shop.dataset.model_dump_json()]
    out, err = shop.spawn(command, **IMAGE, PYTHONPATH=INGEST_PATH).communicate(timeout=200)
    result = json.loads((shop.folder / "termination-log").read_text())
    assert (result["rejected"], result["rows"]) == (10_000, 0), out
    assert int(err.splitlines()[-1]) < 256 * 1024
    (kept,) = shop.query("SELECT count(*), min(length(raw)) > 4000 FROM ops.quarantine")
    assert kept == (10_000, True)
