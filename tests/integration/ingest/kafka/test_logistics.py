"""The orders of logistics, from the pods that produce them to bronze, as the catalogue declares them."""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from podflow_dags.catalogue import declaration
from podflow_producers.flaws import KINDS, Flaws
from podflow_producers.orders import Orders
from tests.integration.conftest import Topic
from tests.kafka_shop import ROOT, Shop

COUNT, SEED, FLAWS = 3_000, 20261120, Flaws(late=0.02, malformed=0.02)


@pytest.fixture
def shop(shop_of: Callable[..., Shop], topic: Topic) -> Shop:
    """The catalogue's dataset on a topic of the test's own."""
    declared = json.loads(declaration("logistics", "orders"))
    return shop_of(**{**declared, "from": {**declared["from"], "topic": topic.name}})


def produce(shop: Shop, first: int, count: int) -> None:
    """Send a share of the orders as a pod of produce_messages does."""
    interval = ["--from", "2026-11-20", "--to", "2026-11-21"]
    numbers = ["--first", str(first), "--count", str(count), "--of", str(COUNT), "--seed", str(SEED)]
    flaws = ["--late", str(FLAWS.late), "--malformed", str(FLAWS.malformed)]
    command = [sys.executable, "-m", "podflow_producers.cli", "orders", "--topic", shop.topic]
    path = f"{ROOT}/producers:{ROOT}/images/task"
    assert shop.end(shop.spawn([*command, *interval, *numbers, *flaws], PYTHONPATH=path)).code == 0


def test_every_order_lands_once_and_every_kind_of_flaw_is_in_quarantine(shop: Shop) -> None:
    produce(shop, 0, 1_700)
    produce(shop, 1_700, 1_300)
    outcome = shop.drain()
    stream = Orders(SEED, datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC), COUNT, FLAWS)
    sent = [
        (value, batch.malformed.get(index))
        for batch in stream.batches(0, COUNT)
        for index, (_, value) in enumerate(batch.records)
    ]
    fit = [json.loads(value) for value, flaw in sent if flaw is None]
    assert {flaw for _, flaw in sent if flaw} == set(KINDS)
    assert (outcome["rows"], outcome["rejected"], outcome["lag"]) == (len(fit), COUNT - len(fit), 0)
    columns = "order_id, customer_key, _key, sales::text, recipient, postcode"
    assert set(shop.query(f"SELECT {columns} FROM bronze_logistics.orders")) == {
        (
            order["order_id"],
            order["customer_key"],
            order["customer_key"],
            order["sales"],
            order["ship_to"]["name"],
            order["ship_to"]["postcode"],
        )
        for order in fit
    }
    assert shop.query("SELECT count(*) FROM bronze_logistics.orders") == [(len(fit),)]
    assert shop.drain()["read"] == 0
