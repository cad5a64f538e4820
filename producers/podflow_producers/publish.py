"""Sends events to a topic and counts what the broker acknowledged."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

from kafka import KafkaProducer
from kafka.errors import KafkaError

from podflow_producers.errors import DeliveryError
from podflow_producers.events import Event
from podflow_producers.settings import Settings

_EVENTS_IN_FLIGHT = 10_000
"""How many events may wait for their acknowledgement; kafka-python itself has no bound on its memory."""


@dataclass
class _Tally:
    """Counts acknowledgements, which arrive on the client's own thread."""

    acknowledged: int = 0
    first_error: BaseException | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def acknowledge(self, _: object) -> None:
        with self._lock:
            self.acknowledged += 1

    def refuse(self, error: BaseException) -> None:
        with self._lock:
            self.first_error = self.first_error or error


def connect(settings: Settings) -> KafkaProducer:
    """Open a producer that retries without duplicates and waits for all in-sync replicas.

    Raises DeliveryError when no broker answers.
    """
    milliseconds = int(settings.kafka_delivery_timeout * 1000)
    try:
        return KafkaProducer(
            bootstrap_servers=settings.kafka_bootstrap_servers.split(","),
            security_protocol=settings.kafka_security_protocol,
            acks="all",
            enable_idempotence=True,
            allow_auto_create_topics=False,
            linger_ms=20,
            batch_size=256 * 1024,
            delivery_timeout_ms=milliseconds,
            request_timeout_ms=min(30_000, milliseconds // 2),
            max_block_ms=milliseconds,
            bootstrap_timeout_ms=milliseconds,
        )
    except KafkaError as error:
        servers = settings.kafka_bootstrap_servers
        raise DeliveryError(f"no broker answers at {servers}: {error}; check KAFKA_BOOTSTRAP_SERVERS") from error


def publish(producer: KafkaProducer, topic: str, events: Iterable[Event]) -> int:
    """Send all events and return how many there were; raises DeliveryError unless each one was acknowledged."""
    tally = _Tally()
    produced = 0
    try:
        for event in events:
            produced += 1
            sent = producer.send(topic, key=event.key, value=event.value)
            sent.add_callback(tally.acknowledge).add_errback(tally.refuse)
            if produced % _EVENTS_IN_FLIGHT == 0:
                producer.flush()
                if tally.first_error:
                    break
        producer.flush()
    except KafkaError as error:
        tally.refuse(error)
    if tally.first_error or tally.acknowledged != produced:
        raise DeliveryError(
            f"topic {topic}: {tally.acknowledged} of {produced} events were acknowledged ({tally.first_error!r}); "
            "does the topic exist, and may this client write to it? A repeated run sends the same ids"
        )
    return produced
