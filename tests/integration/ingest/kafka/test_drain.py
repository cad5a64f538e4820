"""A topic is drained: every message is in bronze once, or in quarantine once."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.errors import DeclarationError, SourceError
from podflow_ingest.kafka import sink, supply
from podflow_ingest.kafka.batch import Done
from podflow_ingest.kafka.confluent import ConfluentTopic
from podflow_ingest.kafka.totals import Totals
from tests.kafka_shop import TABLE, Shop, order


def test_messages_become_typed_rows_with_their_place(shop: Shop) -> None:
    shop.send([order(1, price="12.50", ship_to={"city": 'Köln "am" Rhein'})], key=b'C-"7"')
    outcome = shop.drain()
    assert (outcome["read"], outcome["rows"], outcome["rejected"], outcome["lag"]) == (1, 1, 0, 0)
    assert outcome["partitions"] == {"0": [0, 0]}
    columns = "order_id, ordered_at::text, quantity, price::text, city, extra, _generation, _partition, _offset, _key"
    assert shop.query(f"SELECT {columns} FROM {TABLE}") == [
        ("O-1", "2026-01-01 00:00:00+00", 1, "12.50", 'Köln "am" Rhein', {"number": 1}, 1, 0, 0, 'C-"7"')
    ]
    assert shop.query(f"SELECT _topic, _timestamp BETWEEN now() - interval '1 hour' AND now() FROM {TABLE}") == [
        (shop.topic, True)
    ]


def test_a_second_drain_changes_nothing_and_a_later_one_goes_on(shop: Shop) -> None:
    shop.send(map(order, range(5)), partition=0)
    shop.send(map(order, range(5, 8)), partition=2)
    assert shop.drain()["rows"] == 8
    before = shop.query(f"SELECT xmin, ctid, o.* FROM {TABLE} AS o ORDER BY ctid")
    again = shop.drain()
    assert (again["read"], again["batches"]) == (0, 0)
    assert shop.query(f"SELECT xmin, ctid, o.* FROM {TABLE} AS o ORDER BY ctid") == before
    shop.send(map(order, range(8, 10)), partition=1)
    assert shop.drain()["partitions"] == {"1": [0, 1]}
    assert sorted(shop.ids()) == sorted(f"O-{number}" for number in range(10))
    assert shop.ledger() == (10, 10, 0)


def test_many_batches_are_each_a_load_of_the_ledger(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    # A broker on a busy machine may be silent for longer than a batch waits for more.
    monkeypatch.setattr(supply, "SECONDS_OF_A_GLANCE", 5.0)
    shop.send(map(order, range(10_000)))
    outcome = shop.drain(kafka_batch_rows=3000)
    assert 3 <= outcome["batches"] <= 4
    assert outcome["rows"] == 10_000
    end = 0
    for read, chunk in shop.query("SELECT read, chunk FROM ops.load ORDER BY load_id"):
        assert chunk == f"kafka/{shop.topic}/0/{end}-{end + read - 1}"
        end += read
    assert end == 10_000
    per_load = f"SELECT count(*) FROM {TABLE} GROUP BY _load_id ORDER BY _load_id"
    assert shop.query(per_load) == shop.query("SELECT inserted FROM ops.load ORDER BY load_id")


def test_partitions_that_are_added_do_not_end_a_drain_early(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    add = Totals.add

    def add_and_grow(totals: Totals, done: Done) -> None:
        if not totals.read:
            shop.add_partitions(4)
        add(totals, done)

    monkeypatch.setattr(Totals, "add", add_and_grow)
    shop.send(map(order, range(20_000)))
    outcome = shop.drain(kafka_batch_rows=2000)
    assert (outcome["rows"], outcome["lag"]) == (20_000, 0)


def test_a_broker_that_goes_away_after_the_last_batch_fails_nothing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = Totals.add

    def add_and_forbid(totals: Totals, done: Done) -> None:
        add(totals, done)
        monkeypatch.setattr(ConfluentTopic, "state", refuse)

    def refuse(_: ConfluentTopic) -> None:
        raise SourceError("no broker answers")

    monkeypatch.setattr(Totals, "add", add_and_forbid)
    shop.send(map(order, range(10)))
    outcome = shop.drain()
    assert (outcome["rows"], outcome["lag"]) == (10, None)


def test_partitions_are_shared_by_several_pods(shop: Shop) -> None:
    for partition in range(3):
        shop.send(map(order, range(partition * 10, partition * 10 + 10)), partition=partition)
    assert shop.drain([1])["rows"] == 10
    assert shop.drain([0, 2])["rows"] == 20
    assert len(set(shop.ids())) == 30
    with pytest.raises(DeclarationError, match="has no partition 3; its 3 are numbered from 0"):
        shop.drain([3])


def test_a_batch_ends_with_the_bytes_that_it_may_have(shop: Shop) -> None:
    # One look takes all that librdkafka has queued, which is two fetches of 16 MiB at most: this is more.
    shop.send(order(number, note="x" * 700_000) for number in range(60))
    assert shop.drain(kafka_batch_bytes=1_000_000)["batches"] > 1
    assert len(shop.ids()) == 60


def test_a_table_that_was_dropped_is_made_again_from_the_topic(shop: Shop) -> None:
    shop.send([*map(order, range(5)), b"no order"])
    shop.drain()
    with shop.writing() as connection:
        connection.execute(f"DROP TABLE {TABLE}")
    assert shop.drain()["rows"] == 5
    assert shop.query("SELECT chunk, line FROM ops.quarantine") == [(f"kafka/{shop.topic}/0", 5)]


def test_a_new_column_is_added(shop_of: Callable[..., Shop]) -> None:
    shop = shop_of()
    shop.send([order(1, colour="red")])
    shop.drain()
    columns: list[dict[str, Any]] = [*(column.model_dump() for column in shop.dataset.columns)]
    more = shop_of(columns=[*columns, {"name": "colour", "type": "text"}])
    more.send([order(2, colour="blue")])
    more.drain()
    assert more.query(f"SELECT order_id, colour FROM {TABLE} ORDER BY _offset") == [("O-1", None), ("O-2", "blue")]


def test_the_command_says_what_it_did(shop: Shop) -> None:
    shop.send([order(1), b"no order", order(2)], partition=1)
    done = shop.run("drain", shop.dataset.model_dump_json())
    assert done.code == 0
    (batch,) = (event for event in done.events if event["event"] == "batch")
    told = {"topic": shop.topic, "partition": 1, "from": 0, "to": 2, "rows": 2, "rejected": 1}
    assert told.items() <= batch.items()
    expected = {"dataset": "shop.orders", "topic": shop.topic, "read": 3, "rows": 2, "rejected": 1, "lag": 0}
    assert expected.items() <= done.result.items()
    assert shop.run("drain", shop.dataset.model_dump_json(), "--partitions", "0,2").code == 99


def test_the_command_of_another_kind_of_dataset_says_so(shop: Shop) -> None:
    body = shop.dataset.model_dump(mode="json")
    file = {**body, "from": {"type": "file", "location": "a.csv", "format": {"type": "csv"}}}
    done = shop.run("drain", Dataset.model_validate(file).model_dump_json())
    assert done.code == 65
    assert "comes from a file, not from a topic" in done.error


def test_a_topic_has_no_chunks(shop: Shop) -> None:
    (shop.folder / "landing").mkdir()
    landing = f"file://{shop.folder}/landing"
    done = shop.run("extract", shop.dataset.model_dump_json(), "--date", "2026-11-20", LANDING_URL=landing)
    assert done.code == 65
    assert "ingest drain" in done.error


def test_the_log_says_how_far_behind_it_is(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sink, "SECONDS_BETWEEN_LAGS", 0.0)
    shop.send(map(order, range(10_000)))
    shop.drain(kafka_batch_rows=2000)
    events = map(json.loads, capsys.readouterr().out.splitlines())
    lags = [event["lag"] for event in events if event["event"] == "lag"]
    assert lags[0] == 10_000
    assert lags == sorted(lags, reverse=True)
    assert lags[-1] < 10_000
