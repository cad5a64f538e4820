"""helm test with a Kafka of somebody else: the broker lets the producer in, and the sink."""

import os
import ssl
from typing import Any

from kafka import KafkaAdminClient


def main() -> None:
    """Log in as each; raises KafkaError where one is refused."""
    for user in ("producer", "sink"):
        with KafkaAdminClient(**connection(user)) as client:
            brokers = len(client.describe_cluster()["brokers"])
        print(f"kafka: {brokers} brokers let the {user} in")


def connection(user: str) -> dict[str, Any]:
    """Return how a user of the release connects, from that user's Secret."""
    prefix = f"{user.upper()}_KAFKA"
    authority = os.environ.get(f"{prefix}_CA")
    return {
        "bootstrap_servers": os.environ[f"{prefix}_BOOTSTRAP_SERVERS"].split(","),
        "security_protocol": os.environ[f"{prefix}_SECURITY_PROTOCOL"],
        "sasl_mechanism": os.environ.get(f"{prefix}_SASL_MECHANISM"),
        "sasl_plain_username": os.environ.get(f"{prefix}_SASL_USERNAME"),
        "sasl_plain_password": os.environ.get(f"{prefix}_SASL_PASSWORD"),
        "ssl_context": ssl.create_default_context(cadata=authority) if authority else None,
    }


if __name__ == "__main__":
    main()
