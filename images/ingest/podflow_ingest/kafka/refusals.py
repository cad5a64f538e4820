"""What a broker's refusal means, by the number that Kafka's protocol gives it."""

from confluent_kafka import KafkaError

from podflow_ingest.errors import SourceError, SourceFlawError
from podflow_task.kafka import is_login_refused, login_refused, no_answer

_CURES = {
    KafkaError.TOPIC_AUTHORIZATION_FAILED: "give the user KAFKA_SASL_USERNAME the rights READ and DESCRIBE on it",
    KafkaError.GROUP_AUTHORIZATION_FAILED: "give the user the right READ on groups named podflow-sink...",
    KafkaError.CLUSTER_AUTHORIZATION_FAILED: "give the user KAFKA_SASL_USERNAME the rights READ and DESCRIBE on it",
}
_NO_TOPIC = {KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError._UNKNOWN_TOPIC, KafkaError.UNKNOWN_TOPIC_ID}


class OffsetGoneError(SourceError):
    """A position is not in the topic any more; asking for the topic's state says why."""


def refusal(topic: str, servers: str, error: KafkaError) -> SourceError:
    """Return the error for what a broker says of a topic; it is final where it would always say so."""
    if error.code() in _CURES:
        return SourceFlawError(f"topic {topic}: the broker at {servers} refuses ({error}): {_CURES[error.code()]}")
    if error.code() in _NO_TOPIC:
        return SourceFlawError(
            f"topic {topic}: there is none at {servers}, and reading makes none: declare it first (kafka.topics)"
        )
    if is_login_refused(error.code(), error.str()):
        return not_allowed_in(servers, error)
    return SourceError(f"topic {topic}: the broker at {servers} fails ({error}); running again is safe")


def not_allowed_in(servers: str, why: object) -> SourceFlawError:
    """Return the error for a login that the broker refuses."""
    return SourceFlawError(login_refused(servers, why))


def not_reached(servers: str, why: object) -> SourceError:
    """Return the error for brokers that do not answer."""
    return SourceError(f"{no_answer(servers, why)}; running again is safe")
