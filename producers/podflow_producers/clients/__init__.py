"""Clients of Kafka behind one small interface: kafka-python as a rule, confluent-kafka where more is to be sent."""

from podflow_producers.clients.interface import Client, ClientName
from podflow_producers.settings import Settings

__all__ = ["Client", "ClientName", "open_client"]


def open_client(name: ClientName, settings: Settings, topic: str) -> Client:
    """Connect, and find the topic; either client retries without duplicates and waits for all in-sync replicas.

    Raises:
        DeliveryError: no broker answers.
        RefusedError: the broker does not let this user in, or there is no such topic for it.
    """
    # Each library costs memory and a third of a second.
    if name is ClientName.KAFKA_PYTHON:
        from podflow_producers.clients.kafka_python import KafkaPythonClient  # noqa: PLC0415

        return KafkaPythonClient(settings, topic)
    from podflow_producers.clients.confluent import ConfluentClient  # noqa: PLC0415

    return ConfluentClient(settings, topic)
