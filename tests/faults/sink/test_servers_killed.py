"""Postgres or the broker are killed (SIGKILL of all their processes) while they are needed, and come back."""

import signal
import time
from collections.abc import Callable, Iterator

import pytest

from tests.faults.loader.conftest import answers
from tests.faults.loader.wire import Wire
from tests.faults.sink.produced import (
    assert_all_landed_once,
    assert_each_customers_order_is_kept,
    produce,
    producing,
)
from tests.faults.sink.test_killed_sink import after_commit, before_commit, draining, during_copy
from tests.kafka_shop import Shop
from tests.servers import Server, docker

Observe = Callable[[str, str], None]


@pytest.fixture
def postgres(postgres_server: Server) -> Iterator[Server]:
    """The server, which stands again when the test is over."""
    yield postgres_server
    docker("start", postgres_server.container)
    answers(postgres_server)


@pytest.fixture
def broker(kafka_server: Server) -> Iterator[Server]:
    """The broker, which stands again when the test is over."""
    yield kafka_server
    docker("start", kafka_server.container)


@pytest.mark.parametrize("moment", [during_copy, before_commit, after_commit])
def test_postgres_killed_in_the_middle_of_a_batch(
    shop: Shop, postgres: Server, observe: Observe, moment: Callable[[int], Wire]
) -> None:
    produce(shop, 10_000)
    with moment(postgres.port) as wire:
        process = draining(shop, WAREHOUSE_PORT=str(wire.port))
        assert wire.stopped.wait(60)
        if moment is after_commit:
            shop.until("EXISTS (SELECT FROM ops.load WHERE finished_at IS NOT NULL)")
        docker("kill", postgres.container)
        ended = shop.end(process)
    assert ended.code == 1
    assert ended.error.endswith("running again is safe")
    docker("start", postgres.container)
    answers(postgres)
    written = shop.query("SELECT coalesce(sum(read), 0)::int FROM ops.load")[0][0]
    assert (written > 0) == (moment is after_commit)
    assert shop.drain()["read"] == 10_000 - written
    assert_all_landed_once(shop)
    observe(f"Postgres killed {moment.__name__.replace('_', ' ')} of a sink", f"exit 1: {ended.error}")


@pytest.mark.timeout(600)
@pytest.mark.parametrize("client", ["kafka-python", "confluent"])
def test_broker_killed_under_a_producer_and_a_sink(
    shop: Shop, broker: Server, observe: Observe, monkeypatch: pytest.MonkeyPatch, client: str
) -> None:
    # A broker that starts on a busy machine takes a minute.
    monkeypatch.setenv("KAFKA_DELIVERY_TIMEOUT", "200")
    monkeypatch.setenv("KAFKA_PATIENCE", "200")
    following = shop.start("follow", shop.dataset.model_dump_json(), KAFKA_LINGER="0.2")
    producer = producing(shop, 60_000, "--rate", "6000", "--client", client)
    shop.until("to_regclass('bronze_shop.orders') IS NOT NULL")
    shop.until("EXISTS (SELECT FROM ops.load WHERE finished_at IS NOT NULL)")
    docker("kill", broker.container)
    time.sleep(2)
    docker("start", broker.container)
    produced = shop.end(producer)
    assert (produced.code, produced.events[-1].get("acknowledged")) == (0, 60_000), produced.events
    shop.until("(SELECT sum(read) FROM ops.load) = 60000")
    following.send_signal(signal.SIGTERM)
    assert shop.end(following).code == 0
    landed = assert_all_landed_once(shop)
    assert len(set(landed.ids.values())) == len(landed.ids)
    assert_each_customers_order_is_kept(shop)
    observe(
        f"broker killed (SIGKILL) under a producer with {client} and a sink that follows",
        f"60,000 acknowledged; {len(landed.ids):,} rows and {len(landed.malformed):,} in quarantine, each once, "
        "each customer's in order",
    )
