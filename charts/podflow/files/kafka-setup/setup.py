"""Brings users, topics and ACLs of the chart's broker in line with the values; where they are, it changes nothing."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import access
import topics
import users
from declaration import Declaration, SetupError
from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

FILE = Path(__file__).parent / "declared.json"
SECONDS_TO_START = 300
SECONDS_BETWEEN_LOOKS = 0.5


def main() -> None:
    """Do it, and say each change on a line of its own."""
    changes = 0
    try:
        declared = Declaration.read(FILE)
        with connect(declared) as admin:
            await_brokers(admin, declared.replicas)
            for change in reconcile(admin, declared):
                changes += 1
                print(change, flush=True)
    except (SetupError, KafkaError) as error:
        sys.exit(f"kafka-setup: {error}")
    print(f"kafka-setup: {changes} changes")


def connect(declared: Declaration) -> KafkaAdminClient:
    """Return a client that may do everything, once a node answers.

    It logs in as the nodes do among themselves: their password comes from their environment, so that it works before
    there is any SCRAM user, and whatever passwords these had before.
    """
    try:
        return KafkaAdminClient(
            bootstrap_servers=declared.nodes,
            security_protocol="SASL_PLAINTEXT",
            sasl_mechanism="PLAIN",
            sasl_plain_username="broker",
            sasl_plain_password=declared.broker_password,
            bootstrap_timeout_ms=SECONDS_TO_START * 1000,
        )
    except KafkaError as error:
        raise SetupError(
            f"no node at {declared.nodes} lets user broker in: {error}. Do they run, and since the password of broker "
            "was last changed? If not: delete the pods of the broker, all at once"
        ) from error


def await_brokers(admin: KafkaAdminClient, replicas: int) -> None:
    """Return when every node has joined: a topic cannot be made with more replicas than there are brokers."""
    deadline = time.monotonic() + SECONDS_TO_START
    while (joined := len(admin.describe_cluster()["brokers"])) < replicas:
        if time.monotonic() > deadline:
            raise SetupError(f"{joined} of {replicas} brokers have joined; look at the pods of the others")
        time.sleep(SECONDS_BETWEEN_LOOKS)


def reconcile(admin: KafkaAdminClient, declared: Declaration) -> Iterator[str]:
    """Yield each change. What topics refuse comes last: passwords and rights are not to wait for it."""
    yield from users.reconcile(admin, declared)
    yield from access.reconcile(admin, declared)
    yield from topics.reconcile(admin, declared)


if __name__ == "__main__":
    main()
