"""Random deliveries, in and out of order, against a plain Python model of the table."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from podflow_ingest.bronze.connection import connect
from podflow_ingest.deliveries import Delivery
from tests.integration.ingest.bronze.model import Line, Model
from tests.integration.ingest.bronze.prices import Prices, at, counts

LINES = st.builds(
    Line,
    key=st.one_of(*[st.integers(1, 6)] * 9, st.none()),
    version=st.one_of(*[st.integers(0, 3)] * 4, st.none()),
    price=st.one_of(*[st.integers(0, 4)] * 9, st.none()),
)
CHUNKS = st.lists(LINES, min_size=1, max_size=8).map(tuple)
DELIVERIES = st.lists(st.lists(CHUNKS, min_size=1, max_size=3, unique=True), min_size=1, max_size=4)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[list[tuple[Line, ...]]], list[tuple[int, int]]]:
    """Draw deliveries, each of one or more chunks, and in which order their chunks are loaded, some more than once."""
    delivered = draw(DELIVERIES)
    every = [(number, chunk) for number, chunks in enumerate(delivered) for chunk in range(len(chunks))]
    again = draw(st.lists(st.sampled_from(every), max_size=3))
    in_order = draw(st.booleans())
    return delivered, [*every, *again] if in_order else draw(st.permutations([*every, *again]))


@pytest.fixture
def connection(prices: Prices) -> Iterator[psycopg.Connection]:
    with connect(prices.settings) as opened:
        yield opened


def empty(connection: psycopg.Connection) -> None:
    connection.execute("SET client_min_messages = warning; DROP SCHEMA IF EXISTS bronze_shop, ops CASCADE")


def landed_as(prices: Prices, number: int, lines: tuple[Line, ...]) -> str:
    return prices.land(b"".join(map(Line.text, lines)), number=number)


def versions(prices: Prices, mode: str) -> list[Any]:
    deleted = "_deleted_at IS NOT NULL" if mode == "full" else "false"
    return prices.query(f"SELECT id, version, price::int, {deleted} FROM bronze_shop.prices")


def expected(model: Model) -> list[Any]:
    if model.mode == "append":
        return [(*row, False) for row in model.appended]
    return [(key, row.version, row.price, row.deleted) for key, row in model.table.items()]


@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    ("mode", "cursor"), [("upsert", False), ("upsert", True), ("append", False), ("full", False), ("full", True)]
)
def test_any_history_of_loads_ends_as_the_model_says(
    prices: Prices, connection: psycopg.Connection, mode: str, cursor: bool
) -> None:
    declared = prices.declared(mode=mode, cursor="version" if cursor else None)

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(histories())
    def check(history: tuple[list[list[tuple[Line, ...]]], list[tuple[int, int]]]) -> None:
        delivered, order = history
        empty(connection)
        model = Model(mode, cursor)
        landed = [
            Delivery(at=at(number), chunks=tuple(landed_as(declared, *each) for each in enumerate(chunks, start=1)))
            for number, chunks in enumerate(delivered)
        ]
        for number, chunk in order:
            done = declared.load_over(connection, landed[number].chunks[chunk], landed[number])
            assert done == model.load(number, chunk, delivered[number])
            assert sorted(versions(declared, mode), key=repr) == sorted(expected(model), key=repr)
        (kept,) = declared.query("SELECT count(*) FROM ops.quarantine")[0]
        assert kept == sum(model.quarantined.values())

    check()


@st.composite
def redeliveries(draw: st.DrawFn) -> list[tuple[Line, ...]]:
    """Draw chunks that differ little from one to the next: values change, rows come, go, move, or stand there twice."""
    rows = {key: draw(st.integers(0, 2)) for key in draw(st.lists(st.integers(1, 9), min_size=1, unique=True))}
    chunks = []
    for _ in range(draw(st.integers(2, 5))):
        for key in draw(st.lists(st.integers(1, 9), max_size=3, unique=True)):
            if draw(st.booleans()):
                rows[key] = draw(st.integers(0, 2))
            else:
                rows.pop(key, None)
        lines = [Line(key, 1, price) for key, price in rows.items()]
        extra = draw(st.lists(st.builds(Line, st.integers(1, 9), st.just(1), st.integers(0, 2)), max_size=1))
        for line in extra:
            lines.insert(draw(st.integers(0, len(lines))), line)
        chunks.append(tuple(draw(st.permutations(lines)) if draw(st.booleans()) else lines))
    return [chunk for chunk in chunks if chunk]


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("cursor", [False, True])
def test_a_redelivery_of_which_only_the_difference_is_sent_ends_as_all_of_it_would(
    prices: Prices, connection: psycopg.Connection, cursor: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    declared = prices.declared(cursor="version" if cursor else None)

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(redeliveries(), st.lists(st.integers(1, 2), min_size=5, max_size=5))
    def check(chunks: list[tuple[Line, ...]], numbers: list[int]) -> None:
        empty(connection)
        model = Model("upsert", cursor)
        for chunk, number in zip(chunks, numbers, strict=False):
            done = declared.load_over(connection, landed_as(declared, number, chunk))
            assert done == model.load(0, number, [(), chunk, chunk])
            assert sorted(versions(declared, "upsert")) == sorted(expected(model))

    check()
    assert capsys.readouterr().out.count('"event": "compared"') > 50, "hardly any load was a comparison"


@pytest.mark.timeout(1200)
def test_with_a_cursor_the_order_of_loads_does_not_matter(prices: Prices, connection: psycopg.Connection) -> None:
    declared = prices.declared(cursor="version")
    versioned = st.builds(lambda key, version: Line(key, version, key + version), st.integers(1, 6), st.integers(0, 9))
    loads = st.lists(st.lists(versioned, min_size=1, max_size=8), min_size=1, max_size=5)

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(loads, st.randoms(use_true_random=False))
    def check(chunks: list[list[Line]], random: Any) -> None:
        tables = []
        for _ in range(2):
            empty(connection)
            for chunk in chunks:
                declared.load_over(connection, declared.land(b"".join(map(Line.text, chunk))))
            tables.append(sorted(versions(declared, "upsert")))
            random.shuffle(chunks)
        assert tables[0] == tables[1]

    check()


@pytest.mark.timeout(1200)
def test_whatever_was_loaded_loading_it_again_changes_no_row(prices: Prices, connection: psycopg.Connection) -> None:
    declared = prices.declared(cursor="version")

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(CHUNKS)
    def check(lines: tuple[Line, ...]) -> None:
        empty(connection)
        chunk = declared.land(b"".join(map(Line.text, lines)))
        first = declared.load_over(connection, chunk)
        rows = declared.query("SELECT * FROM bronze_shop.prices ORDER BY id")
        again = declared.load_over(connection, chunk)
        assert again == counts(first.read, unchanged=first.inserted, duplicate=first.duplicate, rejected=first.rejected)
        assert declared.query("SELECT * FROM bronze_shop.prices ORDER BY id") == rows

    check()
