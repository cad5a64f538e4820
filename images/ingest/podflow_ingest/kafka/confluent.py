"""A Topic (see messages.py) of confluent-kafka: librdkafka, in C."""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicCollection, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec, TopicDescription  # type: ignore[attr-defined]

from podflow_ingest.errors import DeclarationError
from podflow_ingest.kafka.messages import Messages, Read, Span, TopicState
from podflow_ingest.kafka.refusals import OffsetGoneError, not_allowed_in, not_reached, refusal
from podflow_ingest.settings import Settings
from podflow_task.kafka import is_login_refused

GROUP = "podflow-sink"
"""What the names of consumer groups begin with: the sink's rights are to such groups only."""
_QUEUE_KIBIBYTES = 16 * 1024
"""Messages that librdkafka reads ahead: the sink's memory has no more room."""
_SECONDS_OF_AN_ANSWER = 5.0
_SECONDS_BETWEEN_LOOKS = 0.2
_SECONDS_FOR_A_NEW_TOPIC = 10.0
"""A topic that was just made is not known to every broker at once."""
_GONE = {KafkaError._AUTO_OFFSET_RESET, KafkaError.OFFSET_OUT_OF_RANGE}
_OTHER_TOPIC = {
    KafkaError.UNKNOWN_TOPIC_OR_PART,
    KafkaError._UNKNOWN_TOPIC,
    KafkaError._UNKNOWN_PARTITION,
    KafkaError.UNKNOWN_TOPIC_ID,
}
_PASSING = {
    KafkaError._TRANSPORT,
    KafkaError._ALL_BROKERS_DOWN,
    KafkaError._TIMED_OUT,
    KafkaError.REQUEST_TIMED_OUT,
    KafkaError._RESOLVE,
    KafkaError.LEADER_NOT_AVAILABLE,
    KafkaError.NOT_LEADER_FOR_PARTITION,
    KafkaError.FENCED_LEADER_EPOCH,
    KafkaError.UNKNOWN_LEADER_EPOCH,
    KafkaError.REPLICA_NOT_AVAILABLE,
    KafkaError.OFFSET_NOT_AVAILABLE,
    KafkaError._WAIT_COORD,
    KafkaError._NOENT,  # no partition has a leader
}
"""What a broker says while it, or another one, comes back."""

T = TypeVar("T")


class ConfluentTopic:
    """Offsets are the warehouse's: nothing is committed to the broker, no group is joined."""

    def __init__(self, settings: Settings, topic: str, dataset: str) -> None:
        if settings.uses_sasl and not (settings.kafka_sasl_username and settings.kafka_sasl_password):
            raise DeclarationError(
                f"{settings.kafka_security_protocol} logs in by name and password: set KAFKA_SASL_USERNAME and "
                "KAFKA_SASL_PASSWORD (in a cluster: the Secret of Kafka's user `sink`)"
            )
        self.name = topic
        self._servers = settings.kafka_bootstrap_servers
        self._patience = settings.kafka_patience
        self._trouble: KafkaError | None = None
        common: dict[str, Any] = {**settings.librdkafka(), "error_cb": self._note, "log_level": 0}
        self._admin = AdminClient(common)
        self._consumer = Consumer(
            {
                **common,
                "group.id": f"{GROUP}-{dataset}",
                "enable.auto.commit": False,
                "enable.auto.offset.store": False,
                "auto.offset.reset": "error",
                "allow.auto.create.topics": False,
                "enable.partition.eof": True,
                # By default it pauses for a second whenever its queue is full, which it is all the time.
                "fetch.queue.backoff.ms": 10,
                "queued.max.messages.kbytes": _QUEUE_KIBIBYTES,
                "fetch.max.bytes": _QUEUE_KIBIBYTES * 1024,
                "receive.message.max.bytes": 2 * _QUEUE_KIBIBYTES * 1024,
            }
        )

    def state(self) -> TopicState:
        """Ask the broker."""
        topic_id, partitions = self.identity()
        beginnings = self._offsets(partitions, OffsetSpec.earliest())  # type: ignore[no-untyped-call]
        ends = self._offsets(partitions, OffsetSpec.latest())  # type: ignore[no-untyped-call]
        return TopicState(topic_id, {number: Span(beginnings[number], ends[number]) for number in beginnings})

    def identity(self) -> tuple[str, int]:
        """Return the topic's id and its number of partitions."""
        deadline = time.monotonic() + _SECONDS_FOR_A_NEW_TOPIC
        while True:
            try:
                found = self._answered(self._described)
            except KafkaException as error:
                if error.args[0].code() not in _OTHER_TOPIC or time.monotonic() > deadline:
                    raise refusal(self.name, self._servers, error.args[0]) from error
                time.sleep(_SECONDS_BETWEEN_LOOKS)
            else:
                return str(found.topic_id), len(found.partitions)

    def read_from(self, positions: Mapping[int, int]) -> None:
        """Read these partitions, from these offsets on."""
        self._consumer.assign([TopicPartition(self.name, number, offset) for number, offset in positions.items()])

    def read(self, most: int, seconds: float) -> Read:
        """Return up to `most` messages, or what came within the time."""
        try:
            found = self._consumer.consume(1, seconds)
            # Without waiting it returns what is queued, which has a bound in bytes; so large messages do not add up.
            found += self._consumer.consume(most - 1, 0) if found and most > 1 else []
        except KafkaException as error:
            raise refusal(self.name, self._servers, error.args[0]) from error
        ends = {}
        for message in found:
            problem = message.error()
            if problem is None:
                continue
            if problem.code() == KafkaError._PARTITION_EOF:
                ends[message.partition()] = message.offset()
            else:
                self._raise(problem)
        return Read(_by_partition(found), ends)  # type: ignore[arg-type]  # all of them have a place

    def close(self) -> None:
        """Let go."""
        self._consumer.close()

    def _raise(self, error: KafkaError) -> None:
        if error.code() in _GONE or error.code() in _OTHER_TOPIC:
            raise OffsetGoneError(f"topic {self.name}: {error}")
        if error.code() not in _PASSING:
            raise refusal(self.name, self._servers, error)
        self._note(error)

    def _described(self) -> TopicDescription:
        asked = self._admin.describe_topics(TopicCollection([self.name]), request_timeout=_SECONDS_OF_AN_ANSWER)
        described: TopicDescription = asked[self.name].result()
        return described

    def _offsets(self, partitions: int, which: OffsetSpec) -> dict[int, int]:
        def ask() -> dict[int, int]:
            places = [TopicPartition(self.name, partition) for partition in range(partitions)]
            asked = self._admin.list_offsets(dict.fromkeys(places, which), request_timeout=_SECONDS_OF_AN_ANSWER)
            return {place.partition: asked[place].result().offset for place in places}

        try:
            return self._answered(ask)
        except KafkaException as error:
            raise refusal(self.name, self._servers, error.args[0]) from error

    def _answered(self, ask: Callable[[], T]) -> T:
        """Ask until a broker answers; the patience is the pod's, not a request's."""
        deadline = time.monotonic() + self._patience
        while True:
            try:
                answer = ask()
            except KafkaException as error:
                self._admin.poll(0)  # calls _note
                if self._is_refused_login:
                    raise not_allowed_in(self._servers, self._trouble) from error
                if error.args[0].code() not in _PASSING:
                    raise
                if time.monotonic() > deadline:
                    raise not_reached(self._servers, self._trouble or error.args[0]) from error
                time.sleep(_SECONDS_BETWEEN_LOOKS)
            else:
                self._trouble = None
                return answer

    @property
    def _is_refused_login(self) -> bool:
        return self._trouble is not None and is_login_refused(self._trouble.code(), self._trouble.str())

    def _note(self, error: KafkaError) -> None:
        """Keep what librdkafka says about its connections, a refused login before all else."""
        if not self._is_refused_login:
            self._trouble = error


def _by_partition(found: Iterable[Message]) -> list[Messages]:
    partitions: dict[int, list[Message]] = {}
    for message in found:
        if message.error() is None:
            partitions.setdefault(message.partition(), []).append(message)  # type: ignore[arg-type]  # it has one
    return [
        Messages(
            partition,
            [message.offset() for message in messages],  # type: ignore[misc]
            [message.key() for message in messages],
            [message.timestamp()[1] for message in messages],
            [message.value() for message in messages],
        )
        for partition, messages in partitions.items()
    ]
