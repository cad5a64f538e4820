"""confluent-kafka: librdkafka, in C; several times as fast, and everything else behaves as with kafka-python."""

import time
from collections.abc import Sequence
from contextlib import suppress

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from podflow_producers.clients.ends import Ends
from podflow_producers.clients.interface import BATCH_BYTES, LINGER_MILLISECONDS, TOPIC_SECONDS, Acknowledged
from podflow_producers.clients.refusals import no_topic, not_allowed_in, not_reached, refusal
from podflow_producers.events import Record
from podflow_producers.settings import Settings
from podflow_task.kafka import is_login_refused

_RECORDS_IN_FLIGHT = 50_000
"""Below librdkafka's own bound of 100,000, at which produce() raises BufferError."""
_SECONDS_OF_A_LOOK = 0.2
_UNKNOWN_TOPIC = {KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError._UNKNOWN_TOPIC}


class ConfluentClient:
    """A Client (see interface.py) of confluent-kafka.

    librdkafka reports only what failed: reporting each success would cost an eighth of sending. So what it has no more,
    and did not report, was acknowledged. The topic's ends before and after say the same once more, and the offsets.
    """

    def __init__(self, settings: Settings, topic: str) -> None:
        self.acknowledged = Acknowledged()
        self._sent = 0
        self._topic = topic
        self._servers = settings.kafka_bootstrap_servers
        self._refusal: KafkaError | None = None
        self._trouble: KafkaError | None = None
        self._producer = Producer(
            {
                **settings.librdkafka(),
                "acks": "all",
                "enable.idempotence": True,
                "allow.auto.create.topics": False,
                "partitioner": "murmur2_random",  # that of all other clients of Kafka; librdkafka's own is another
                "linger.ms": LINGER_MILLISECONDS,
                "batch.size": BATCH_BYTES,
                "message.timeout.ms": int(settings.kafka_delivery_timeout * 1000),
                "error_cb": self._note,
                "on_delivery": self._delivered,
                "delivery.report.only.error": True,
                "log_level": 0,  # its lines on stderr say again what the callbacks say
            }
        )
        partitions = self._find_topic(settings.kafka_delivery_timeout)
        self._ends = Ends(settings, topic, partitions)

    def send(self, records: Sequence[Record]) -> None:
        """Hand over records, and wait while too many are on their way."""
        produce, topic = self._producer.produce, self._topic
        try:
            for key, value in records:
                produce(topic, value, key)
        except KafkaException as error:
            self._refuse(error.args[0])
        self._sent += len(records)
        self._wait_for_less_than(_RECORDS_IN_FLIGHT)

    def finish(self) -> None:
        """Wait until each record is acknowledged, or given up after the delivery timeout."""
        self._wait_for_less_than(1)
        self.acknowledged.first, self.acknowledged.last = self._ends.grown_by(self._sent)

    def close(self) -> None:
        """Let go, also of what was not acknowledged."""
        self._producer.purge()
        with suppress(KafkaException):  # which says again what send or finish said
            self._producer.flush(_SECONDS_OF_A_LOOK)

    def _wait_for_less_than(self, limit: int) -> None:
        try:
            self._producer.poll(0)
            while not self._refusal and len(self._producer) >= limit:
                self._producer.poll(_SECONDS_OF_A_LOOK)
        except KafkaException as error:
            self._refuse(error.args[0])
        if self._refusal:
            reason = f"{self._refusal}; {self._trouble}" if self._trouble else self._refusal
            raise refusal(self._topic, self._refusal.code(), reason)
        self.acknowledged.count = self._sent - len(self._producer)

    def _delivered(self, error: KafkaError | None, _: Message) -> None:
        if error is not None:
            self._refuse(error)

    def _refuse(self, error: KafkaError) -> None:
        """Keep the first reason, but rather that for which librdkafka gave up: all that follows is a fatal error."""
        if self._refusal is None or error.fatal():
            self._refusal = error

    def _note(self, error: KafkaError) -> None:
        """Keep what librdkafka says about its connections, a refused login before all else, and why it gives up."""
        if error.fatal():
            self._refuse(error)
        if not self._is_refused_login:
            self._trouble = error

    @property
    def _is_refused_login(self) -> bool:
        return self._trouble is not None and is_login_refused(self._trouble.code(), self._trouble.str())

    def _find_topic(self, patience: float) -> list[int]:
        """Wait for a broker, and then not as long for the topic; return its partitions."""
        deadline, answered = time.monotonic() + patience, False
        while True:
            try:
                found = self._producer.list_topics(self._topic, timeout=_SECONDS_OF_A_LOOK * 5).topics[self._topic]
            except KafkaException as error:
                self._say_why_nobody_answers(error.args[0], is_over=time.monotonic() > deadline)
                continue
            if found.error is None:
                return sorted(found.partitions)
            if found.error.code() not in _UNKNOWN_TOPIC:
                raise refusal(self._topic, found.error.code(), found.error)
            if not answered:
                answered, deadline = True, time.monotonic() + TOPIC_SECONDS
            if time.monotonic() > deadline:
                raise no_topic(self._topic, self._servers)
            self._producer.poll(_SECONDS_OF_A_LOOK)

    def _say_why_nobody_answers(self, error: KafkaError, *, is_over: bool) -> None:
        self._producer.poll(0)
        if self._is_refused_login:
            raise not_allowed_in(self._servers, self._trouble)
        if is_over:
            raise not_reached(self._servers, self._trouble or error)
