"""How kafka-python is set up, reaches a broker and finds the topic."""

import logging
import re
import ssl
import time
from typing import Any

from kafka import KafkaProducer
from kafka.errors import KafkaError, KafkaTimeoutError, SaslAuthenticationFailedError
from kafka.partitioner.default import DefaultPartitioner

from podflow_producers.clients.interface import BATCH_BYTES, LINGER_MILLISECONDS, TOPIC_SECONDS
from podflow_producers.clients.refusals import no_topic, not_allowed_in, not_reached, refusal
from podflow_producers.settings import Settings

_SECONDS_OF_A_TRY = 10.0


class RememberingPartitioner(DefaultPartitioner):  # type: ignore[misc]  # kafka-python has no types
    """As in all clients of Kafka, but each key is hashed once: in Python that takes as long as a sixth of sending."""

    def __init__(self) -> None:
        self._known: dict[tuple[bytes, int], int] = {}

    def partition(self, topic: str, key: Any, serialized_key: bytes, *rest: Any) -> int:
        """Return the key's partition; `rest` is the value, the value serialized, and the cluster's metadata."""
        place = (serialized_key, len(rest[-1].partitions_for_topic(topic)))
        known = self._known.get(place)
        if known is None:
            known = self._known[place] = int(super().partition(topic, key, serialized_key, *rest))
        return known


class Troubles(logging.Handler):
    """Keeps what kafka-python says of its attempts to connect, which is in its log only."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.last = ""
        self.refused_login: SaslAuthenticationFailedError | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Note one line."""
        self.last = record.getMessage()
        for value in record.args if isinstance(record.args, tuple) else ():
            if isinstance(value, SaslAuthenticationFailedError):
                self.refused_login = value


class _Producer(KafkaProducer):  # type: ignore[misc]  # kafka-python has no types
    def __del__(self) -> None:
        """Do not close a second time, and wait again for what close() gave up."""


def connect(settings: Settings, topic: str) -> KafkaProducer:
    """Return a producer that retries without duplicates and waits for all in-sync replicas.

    Raises:
        DeliveryError: no broker answers.
        RefusedError: the broker does not let this user in, or there is no such topic for it.
    """
    servers = settings.kafka_bootstrap_servers
    milliseconds = int(settings.kafka_delivery_timeout * 1000)
    producer = _reach(
        settings,
        {
            "bootstrap_servers": servers.split(","),
            "acks": "all",
            "enable_idempotence": True,
            "allow_auto_create_topics": False,
            "partitioner": RememberingPartitioner(),
            "linger_ms": LINGER_MILLISECONDS,
            "batch_size": BATCH_BYTES,
            "delivery_timeout_ms": milliseconds,
            "request_timeout_ms": min(30_000, milliseconds // 2),
            "max_block_ms": int(TOPIC_SECONDS * 1000),
            **_security(settings),
        },
    )
    try:
        producer.partitions_for(topic)
    except KafkaTimeoutError as error:
        producer.close(timeout=0)
        raise no_topic(topic, servers) from error
    except KafkaError as error:
        producer.close(timeout=0)
        raise refusal(topic, error_number(error), error) from error
    return producer


def _reach(settings: Settings, options: dict[str, Any]) -> KafkaProducer:
    """Try until the patience is over, or the login is refused, which kafka-python only logs, and tries on."""
    deadline = time.monotonic() + settings.kafka_delivery_timeout
    troubles = Troubles()
    logger = logging.getLogger("kafka")
    logger.addHandler(troubles)
    try:
        while True:
            seconds = max(0.1, min(_SECONDS_OF_A_TRY, deadline - time.monotonic()))
            try:
                return _Producer(bootstrap_timeout_ms=int(seconds * 1000), **options)
            except KafkaError as error:
                if troubles.refused_login:
                    raise not_allowed_in(settings.kafka_bootstrap_servers, troubles.refused_login) from error
                if time.monotonic() >= deadline:
                    raise not_reached(settings.kafka_bootstrap_servers, troubles.last or error) from error
    finally:
        logger.removeHandler(troubles)


def _security(settings: Settings) -> dict[str, Any]:
    options: dict[str, Any] = {"security_protocol": settings.kafka_security_protocol}
    if settings.uses_sasl:
        options["sasl_mechanism"] = settings.kafka_sasl_mechanism
        options["sasl_plain_username"] = settings.kafka_sasl_username
        options["sasl_plain_password"] = settings.kafka_sasl_password.get_secret_value()
    if settings.uses_tls:
        ca = settings.kafka_ca or None
        options["ssl_context"] = (
            ssl.create_default_context(cadata=ca) if settings.ca_is_text else ssl.create_default_context(cafile=ca)
        )
    return options


def error_number(error: KafkaError) -> int | None:
    """Return the protocol's number of an error that the broker reported."""
    number: int | None = getattr(error, "errno", None)
    # What kept it from its producer id it puts into words only (InitProducerIdHandler.handle_response).
    named = re.search(r"\[Error (\d+)\]", str(error))
    return int(named[1]) if number is None and named else number
