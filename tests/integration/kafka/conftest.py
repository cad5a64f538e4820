"""One node of the chart's broker for a module."""

import secrets
from collections.abc import Callable, Iterator

import pytest

from tests.integration.kafka.node import USERS, Node
from tests.servers import docker


@pytest.fixture(scope="module")
def node(image: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node that was just started on an empty volume: there are no users and no topics yet."""
    name = f"podflow-test-kafka-{secrets.token_hex(4)}"
    passwords = {user: secrets.token_hex(12) for user in USERS}
    node = Node(image("kafka"), image("producer"), tmp_path_factory.mktemp("kafka"), name, passwords)
    docker("network", "create", name)
    try:
        node.start()
        yield node
    finally:
        if node.container:
            node.stop()
        docker("network", "rm", name)
        docker("volume", "rm", "--force", name)
