from collections.abc import Iterator, Sequence

import pytest

from podflow_producers.clients.interface import Acknowledged
from podflow_producers.errors import DeliveryError
from podflow_producers.events import Batch, Record
from podflow_producers.publish import Sent, outcome, publish
from podflow_task import result


class ForgetfulClient:
    """Raises nothing, and never hears of one record."""

    def __init__(self) -> None:
        self.acknowledged = Acknowledged(count=-1)

    def send(self, records: Sequence[Record]) -> None:
        self.acknowledged.count += len(records)

    def finish(self) -> None:
        pass

    def close(self) -> None:
        pass


def _batches() -> Iterator[Batch]:
    yield Batch([(b"k", b"value")] * 10, frozenset({1, 3}), {2: "nul"})
    yield Batch([(b"k", b"value")] * 5, frozenset({4}), {0: "nul", 1: "cut_off"})


def test_one_missing_acknowledgement_is_an_error() -> None:
    with pytest.raises(DeliveryError, match="topic orders: 14 of 15 events"):
        publish(ForgetfulClient(), "orders", _batches())


def test_what_was_sent_is_counted() -> None:
    sent = Sent()
    for batch in _batches():
        sent.add(batch)
    assert (sent.records, sent.bytes, sent.late) == (15, 90, 3)
    assert sent.malformed == {"nul": 2, "cut_off": 1}


@pytest.mark.parametrize(("partitions", "told"), [(64, 64), (5000, 0)])
def test_the_result_fits_in_a_termination_message(partitions: int, told: int) -> None:
    client = ForgetfulClient()
    client.acknowledged.first = dict.fromkeys(range(partitions), 10**14)
    client.acknowledged.last = dict.fromkeys(range(partitions), 10**15)
    counts = {"topic": "t" * 249, "first": 10**15, **outcome(client, Sent(10**15, 10**18), 1e6)}
    assert len(result.encode(counts)) <= 4096
    assert len(counts["offsets"]) == told
    assert counts["partitions"] == partitions
