"""Where a topic ends, as its broker says: before anything was sent, and afterwards."""

import time
from collections.abc import Sequence
from typing import Any

from confluent_kafka import KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec  # type: ignore[attr-defined]

from podflow_producers.clients.refusals import refusal
from podflow_producers.errors import DeliveryError
from podflow_producers.settings import Settings

_SECONDS_OF_AN_ANSWER = 5.0
_SECONDS_BETWEEN_LOOKS = 0.2
_PASSING = {
    KafkaError._TRANSPORT,
    KafkaError._ALL_BROKERS_DOWN,
    KafkaError._TIMED_OUT,
    KafkaError.REQUEST_TIMED_OUT,
    KafkaError.LEADER_NOT_AVAILABLE,
    KafkaError.NOT_LEADER_FOR_PARTITION,
    KafkaError.FENCED_LEADER_EPOCH,
    KafkaError.UNKNOWN_LEADER_EPOCH,
    KafkaError.REPLICA_NOT_AVAILABLE,
    KafkaError.OFFSET_NOT_AVAILABLE,
    KafkaError.UNKNOWN_TOPIC_OR_PART,
    KafkaError._NOENT,  # no partition has a leader
}
"""A topic that was just made is not known to every broker at once, and brokers come back."""


class Ends:
    """The ends of a topic's partitions when this was made.

    Raises:
        DeliveryError: no broker tells them for as long as a delivery may take.
        RefusedError: the user may not ask.
    """

    def __init__(self, settings: Settings, topic: str, partitions: Sequence[int]) -> None:
        self._topic = topic
        self._patience = settings.kafka_delivery_timeout
        self._connection: dict[str, Any] = {**settings.librdkafka(), "log_level": 0}
        self._places = [TopicPartition(topic, number) for number in partitions]
        self._before = self._now()

    def grown_by(self, records: int) -> tuple[dict[int, int], dict[int, int]]:
        """Return by partition the first and last offset that came since; other producers may have sent some of them.

        Raises:
            DeliveryError: fewer came than these records.
        """
        after = self._now()
        grown = {number: end for number, end in after.items() if end > self._before[number]}
        came = sum(end - self._before[number] for number, end in grown.items())
        if came < records:
            raise DeliveryError(
                f"topic {self._topic}: {records} events were acknowledged, but it got {came}: look after the broker, "
                "then repeat: the same arguments send the same ids"
            )
        return {number: self._before[number] for number in grown}, {number: end - 1 for number, end in grown.items()}

    def _now(self) -> dict[int, int]:
        deadline = time.monotonic() + self._patience
        while True:
            latest = OffsetSpec.latest()  # type: ignore[no-untyped-call]
            # Listing offsets never renews what a client knows of leaders: a broker that was killed and came back
            # would refuse one that asked before, again and again (FENCED_LEADER_EPOCH).
            admin = AdminClient(self._connection)
            asked = admin.list_offsets(dict.fromkeys(self._places, latest), request_timeout=_SECONDS_OF_AN_ANSWER)
            try:
                return {place.partition: found.result().offset for place, found in asked.items()}
            except KafkaException as error:
                reason = error.args[0]
                if reason.code() not in _PASSING or time.monotonic() > deadline:
                    raise refusal(self._topic, reason.code(), reason, "no broker says where it ends") from error
                time.sleep(_SECONDS_BETWEEN_LOOKS)
