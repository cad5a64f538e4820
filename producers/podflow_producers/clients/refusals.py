"""What a broker's refusal means, by the number that Kafka's protocol gives it."""

from podflow_producers.errors import DeliveryError, ProducerError, RefusedError
from podflow_task.kafka import login_refused, no_answer

_RIGHTS = "give the user KAFKA_SASL_USERNAME the right to write to it"
_SIZE = "raise the topic's max.message.bytes, or send smaller events"
_CURES = {
    10: _SIZE,  # MESSAGE_TOO_LARGE
    17: "a topic's name has letters, digits, dots, dashes and underscores only",  # INVALID_TOPIC_EXCEPTION
    18: _SIZE,  # RECORD_LIST_TOO_LARGE
    29: _RIGHTS,  # TOPIC_AUTHORIZATION_FAILED
    31: _RIGHTS,  # CLUSTER_AUTHORIZATION_FAILED
    44: "ask who runs the broker for its rules",  # POLICY_VIOLATION
    87: "compare the topic's settings (compaction, timestamps) with what is sent",  # INVALID_RECORD
}


def refusal(
    topic: str, number: int | None, reason: object, failed: str = "an event was not acknowledged"
) -> ProducerError:
    """Return the error for what failed, by default a record; it is final where the broker would always refuse."""
    if number in _CURES:
        return RefusedError(f"topic {topic}: the broker refuses it ({reason}): {_CURES[number]}")
    return DeliveryError(
        f"topic {topic}: {failed} ({reason}): look after the broker, then repeat: the same arguments send the same ids"
    )


def not_allowed_in(servers: str, reason: object) -> RefusedError:
    """Return the error for a login that the broker refuses."""
    return RefusedError(login_refused(servers, reason))


def not_reached(servers: str, reason: object) -> DeliveryError:
    """Return the error for brokers that do not answer."""
    return DeliveryError(no_answer(servers, reason))


def no_topic(topic: str, servers: str) -> RefusedError:
    """Return the error for a topic that does not show up."""
    return RefusedError(f"topic {topic}: there is none at {servers}, and sending makes none: declare it first")
