import json

from podflow_ingest.declaration.dataset import parse_dataset
from podflow_ingest.kafka import table
from podflow_ingest.kafka.messages import Messages
from podflow_ingest.kafka.rows import RowMaker
from tests.unit.ingest.kafka.test_declaration import declaration


def maker() -> RowMaker:
    dataset = parse_dataset(json.dumps(declaration()))
    return RowMaker(dataset, table.origin(dataset))


def messages(
    *values: bytes | None, keys: list[bytes | None] | None = None, timestamps: list[int] | None = None
) -> Messages:
    few = len(values)
    return Messages(1, range(7, 7 + few), keys or [b"k"] * few, timestamps or [1_767_225_600_123] * few, values)


def test_a_row_is_the_value_and_the_place() -> None:
    made = maker().rows(messages(b'{"id":1}'), generation=2)
    assert made.rows == [b'1,null,orders,2,1,7,"k",2026-01-01T00:00:00.123+00:00']


def test_rejected_ones_are_left_out() -> None:
    made = maker().rows(messages(b'{"id":1}', b"no", None, b'{"id":4}'), generation=1)
    assert list(made.good) == [7, 10]
    assert [(row.line, row.text) for row in made.rejected] == [(8, "no"), (9, "")]


def test_keys_are_texts_or_nothing() -> None:
    made = maker().rows(messages(*[b'{"id":1}'] * 5, keys=[None, b'a"b,', b"\xff", "ü".encode(), b"\0"]), generation=1)
    assert [row.removeprefix(b"1,null,orders,1,1,").rsplit(b",", 1)[0] for row in made.rows] == [
        *(b"7,null", b'8,"a""b,"', '10,"ü"'.encode()),
    ]
    assert [row.flaw for row in made.rejected] == [
        "key: byte 1 (0xff) is not utf-8",
        "key: a NUL character, which Postgres cannot keep",
    ]


def test_moments_that_nobody_can_mean_are_none() -> None:
    made = maker().rows(messages(*[b'{"id":1}'] * 3, timestamps=[-1, 0, 2**60]), generation=1)
    assert [row.rsplit(b",", 1)[1] for row in made.rows] == [b"null", b"1970-01-01T00:00:00.000+00:00", b"null"]
