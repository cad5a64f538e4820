"""Messages in quarantine that somebody repaired: `ingest quarantine resubmit`."""

import json

from tests.kafka_shop import TABLE, Ended, Shop, order

OPEN = "SELECT line, raw FROM ops.quarantine WHERE resubmitted_by IS NULL ORDER BY line"


def resubmitted(shop: Shop, repaired: dict[int, bytes], topic: str = "") -> Ended:
    rows = shop.folder / "rows.jsonl"
    chunk = f"kafka/{topic or shop.topic}/0"
    lines = [{"chunk": chunk, "line": offset, "raw": raw.decode()} for offset, raw in repaired.items()]
    rows.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return shop.run("quarantine", "resubmit", shop.dataset.model_dump_json(), str(rows))


def spoilt(shop: Shop) -> None:
    shop.send([order(0), b"no order", order(2), order(3, quantity="some"), order(4)])
    shop.drain()


def test_a_repaired_message_takes_its_place(shop: Shop) -> None:
    spoilt(shop)
    done = resubmitted(shop, {1: order(1), 3: order(3, quantity=3)})
    assert (done.code, done.result["inserted"]) == (0, 2)
    rows = shop.query(f"SELECT _offset, order_id, quantity, _topic FROM {TABLE} WHERE _key IS NULL ORDER BY _offset")
    assert rows == [(1, "O-1", 1, shop.topic), (3, "O-3", 3, shop.topic)]
    assert shop.ids() == [f"O-{number}" for number in range(5)]
    assert shop.query(OPEN) == []
    assert shop.query("SELECT read, inserted FROM ops.load WHERE chunk LIKE '%/resubmitted'") == [(2, 2)]

    again = resubmitted(shop, {1: order(1)})
    assert again.code == 65
    assert "does not wait in quarantine" in again.error
    shop.send([order(5)])
    assert shop.drain()["rows"] == 1


def test_one_that_does_not_fit_keeps_all_in_quarantine(shop: Shop) -> None:
    spoilt(shop)
    before = shop.query(OPEN)
    for wrong, why in (
        (order(3, quantity="many"), 'quantity: invalid input syntax for type integer: "many"'),
        (b"still none", "not JSON"),
        (order(3, price="1e12"), "price: numeric field overflow"),
    ):
        done = resubmitted(shop, {1: order(1), 3: wrong})
        assert done.code == 65
        assert f"offset 3 of kafka/{shop.topic}/0: " in done.error
        assert why in done.error
    assert shop.query(OPEN) == before
    assert shop.ids() == ["O-0", "O-2", "O-4"]


def test_after_the_table_was_dropped_it_waits_again(shop: Shop) -> None:
    spoilt(shop)
    assert resubmitted(shop, {1: order(1)}).code == 0
    with shop.writing() as owner:
        owner.execute(f"DROP TABLE {TABLE}")
    shop.drain()
    assert [line for line, _ in shop.query(OPEN)] == [1, 3]
    assert resubmitted(shop, {1: order(1)}).code == 0
    assert shop.ids() == ["O-0", "O-1", "O-2", "O-4"]
