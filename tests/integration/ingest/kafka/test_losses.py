"""Messages that are gone before they were drained: a loud stop, and the command that goes on."""

import pytest

from podflow_ingest.errors import MessagesLostError
from tests.kafka_shop import TABLE, Shop, order


def listed(shop: Shop, *options: str) -> dict[int, tuple[object, ...]]:
    """Return what `ingest offsets` lists, by partition: generation, stored, beginning, end, lag, state."""
    done = shop.run("offsets", "shop.orders", *options)
    assert done.code == 0, done.events
    names = ("generation", "stored", "beginning", "end", "lag", "state")
    return {row["partition"]: tuple(row[name] for name in names) for row in done.events if "state" in row}


def test_offsets_are_listed_as_warehouse_and_broker_have_them(shop: Shop) -> None:
    shop.send(map(order, range(5)))
    shop.drain([0, 1])
    shop.send(map(order, range(5, 7)))
    assert listed(shop) == {
        0: (1, 5, 0, 7, 2, "ok"),
        1: (1, 0, 0, 0, 0, "ok"),
        2: (None, None, 0, 0, None, "new"),
    }


def test_before_the_first_drain_there_is_nothing_to_list(shop: Shop) -> None:
    done = shop.run("offsets", "shop.orders")
    assert done.code == 65
    assert "`ingest drain` begins with it" in done.error


def test_retention_before_the_first_drain_is_no_loss(shop: Shop) -> None:
    shop.send(map(order, range(5)))
    shop.delete_before(3)
    assert shop.drain()["partitions"] == {"0": [3, 4]}


def test_retention_that_overtook_the_stored_offset_stops_until_the_loss_is_accepted(shop: Shop) -> None:
    shop.send(map(order, range(5)))
    shop.drain()
    shop.send(map(order, range(5, 20)))
    shop.delete_before(12)
    with pytest.raises(MessagesLostError, match=r"offsets 5 to 11 of partition 0 \(7\) are lost") as caught:
        shop.drain()
    assert "`ingest offsets shop.orders --accept-loss`" in str(caught.value)
    assert len(shop.ids()) == 5
    assert listed(shop)[0] == (1, 5, 12, 20, None, "deleted")
    assert shop.run("offsets", "shop.orders", "--restart").code == 65
    assert listed(shop, "--accept-loss")[0] == (1, 12, 12, 20, 8, "ok")
    assert shop.drain()["partitions"] == {"0": [12, 19]}
    assert shop.ids() == [f"O-{number}" for number in (*range(5), *range(12, 20))]


def test_an_accepted_loss_waits_for_a_batch_under_way_and_keeps_what_it_wrote(shop: Shop) -> None:
    shop.send(map(order, range(5)))
    shop.send(map(order, range(5, 10)), partition=1)
    shop.drain()
    shop.send(map(order, range(10, 20)))
    shop.send(map(order, range(20, 30)), partition=1)
    shop.delete_before(12)
    with shop.writing() as sink, sink.transaction():
        sink.execute("UPDATE ops.kafka_offset SET next_offset = 7 WHERE partition = 1")
        accepting = shop.start("offsets", "shop.orders", "--accept-loss")
        shop.until("EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
    assert shop.end(accepting).code == 0
    assert [row[1] for row in listed(shop).values()] == [12, 7, 0]


def test_a_topic_that_was_made_anew_stops_until_it_is_restarted(shop: Shop) -> None:
    shop.send(map(order, range(5)))
    shop.drain()
    shop.make_anew(partitions=2)
    shop.send(map(order, range(100, 110)))
    with pytest.raises(MessagesLostError, match=r"was deleted and made anew") as caught:
        shop.drain()
    assert "what followed offset 4 of partition 0" in str(caught.value)
    assert "`ingest offsets shop.orders --restart`" in str(caught.value)
    assert len(shop.ids()) == 5
    assert shop.run("offsets", "shop.orders", "--accept-loss").code == 65
    assert listed(shop, "--restart") == {0: (2, 0, 0, 10, 10, "ok"), 1: (2, 0, 0, 0, 0, "ok")}
    assert shop.drain()["rows"] == 10
    counted = f"SELECT _generation, count(*), min(_offset) FROM {TABLE} GROUP BY 1 ORDER BY 1"
    assert shop.query(counted) == [(1, 5, 0), (2, 10, 0)]


def test_poison_of_both_generations_is_kept(shop: Shop) -> None:
    shop.send([b"one"])
    shop.drain()
    shop.make_anew()
    shop.send([b"two"])
    listed(shop, "--restart")
    shop.drain()
    assert shop.query("SELECT chunk, raw FROM ops.quarantine ORDER BY load_id") == [
        (f"kafka/{shop.topic}/0", "one"),
        (f"kafka/{shop.topic}/2/0", "two"),
    ]


def test_without_a_loss_there_is_nothing_to_accept(shop: Shop) -> None:
    shop.send([order(1)])
    shop.drain()
    for option in ("--accept-loss", "--restart"):
        done = shop.run("offsets", "shop.orders", option)
        assert done.code == 65
        assert "nothing to set" in done.error
