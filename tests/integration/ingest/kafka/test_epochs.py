"""Two sinks of one topic: the later one writes, the earlier one cannot any more."""

from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest

from podflow_ingest.bronze.connection import connect
from podflow_ingest.errors import MessagesLostError, OvertakenError
from podflow_ingest.kafka import offsets
from podflow_ingest.kafka.confluent import ConfluentTopic
from podflow_ingest.kafka.sink import Sink
from podflow_ingest.kafka.supply import Limits, Supply
from tests.kafka_shop import Shop, order


class Earlier:
    """A sink in this process that does one thing at a time."""

    def __init__(self, shop: Shop, stack: ExitStack, rows: int = 50_000) -> None:
        settings = shop.settings.model_copy(update={"kafka_batch_rows": rows, "pod": "earlier"})
        self.topic = stack.enter_context(closing(ConfluentTopic(settings, shop.topic, "shop.orders")))
        self.connection = stack.enter_context(connect(settings))
        self.sink = Sink(self.connection, shop.dataset, self.topic, settings)
        state = self.topic.state()
        ends = {number: span.end for number, span in state.partitions.items()}
        self.supply = Supply(self.topic, Limits.of(settings, linger=0), ends)
        self.supply.start(self.sink.take(state, state.partitions))
        self.batches = self.sink.batches(self.supply)

    def write(self) -> None:
        with self.sink.explaining():
            next(self.batches)


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def test_a_sink_that_was_overtaken_writes_nothing(shop: Shop, stack: ExitStack) -> None:
    shop.send(map(order, range(6000)))
    earlier = Earlier(shop, stack, rows=2000)
    earlier.write()
    written = len(shop.ids())
    assert 0 < written < 6000
    assert shop.drain()["rows"] == 6000 - written
    before = shop.query("SELECT * FROM ops.load ORDER BY load_id")
    with pytest.raises(OvertakenError, match=r"partition 0 of topic \S+ was taken over by pod-of-the-test; nothing of"):
        earlier.write()
    assert shop.query("SELECT * FROM ops.load ORDER BY load_id") == before
    assert shop.ids() == [f"O-{number}" for number in range(6000)]


def test_one_that_stopped_in_the_middle_of_a_batch_is_ended(shop: Shop, stack: ExitStack) -> None:
    shop.send(map(order, range(3000)))
    earlier = Earlier(shop, stack)
    # It holds its lock and goes on no more, as a stopped process does.
    earlier.connection.execute("BEGIN")
    offsets.fence(earlier.connection, earlier.sink.subject, offsets.stored(earlier.connection, earlier.sink.subject))
    assert shop.drain()["rows"] == 3000
    with pytest.raises(OvertakenError), earlier.sink.explaining():
        earlier.connection.execute("SELECT 1")
    stack.pop_all()
    assert shop.ids() == [f"O-{number}" for number in range(3000)]


def test_sinks_of_different_partitions_do_not_disturb_each_other(shop: Shop, stack: ExitStack) -> None:
    shop.send(map(order, range(10)), partition=0)
    shop.send(map(order, range(10, 20)), partition=1)
    shop.drain([0])
    earlier = Earlier(shop, stack)
    shop.drain([2])
    with pytest.raises(OvertakenError, match="partition 2"):
        earlier.write()
    assert shop.drain([1])["rows"] == 10
    assert len(set(shop.ids())) == 20


def test_a_topic_that_is_made_anew_under_a_sink_is_noticed_before_anything_is_written(
    shop: Shop, stack: ExitStack
) -> None:
    shop.send(map(order, range(10)))
    earlier = Earlier(shop, stack)
    shop.make_anew()
    with pytest.raises(MessagesLostError):
        earlier.write()
    assert shop.query("SELECT count(*) FROM bronze_shop.orders") == [(0,)]
