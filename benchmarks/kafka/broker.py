"""One broker for all contenders, and a fresh topic for each turn."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks.ingest.docker import Container, serving, wait_until_ready
from benchmarks.ingest.errors import BenchmarkError

PARTITIONS = 3
PORT = 9092
_PROPERTIES = f"""
process.roles=broker,controller
node.id=1
listeners=CLIENT://:{PORT},CONTROLLER://127.0.0.1:9093
inter.broker.listener.name=CLIENT
controller.listener.names=CONTROLLER
listener.security.protocol.map=CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.quorum.bootstrap.servers=127.0.0.1:9093
offsets.topic.replication.factor=1
auto.create.topics.enable=false
log.dirs=/var/lib/kafka/benchmark
"""
_START = f"""
printf '%s\\nadvertised.listeners=CLIENT://%s:{PORT}\\n' "$PROPERTIES" "$(hostname -i)" > /tmp/server.properties
kafka-storage.sh format --standalone --cluster-id podflow-benchmarks-000 --config /tmp/server.properties
exec kafka-server-start.sh /tmp/server.properties
"""


@dataclass(frozen=True)
class Broker:
    """A single node, broker and controller in one."""

    container: Container

    @property
    def servers(self) -> str:
        """Its address on the engine's bridge."""
        return f"{self.container.address}:{PORT}"

    def execute(self, command: str, *arguments: str) -> str:
        """Run one of Kafka's commands in its container."""
        return self.container.execute(command, "--bootstrap-server", self.servers, *arguments)

    @contextmanager
    def topic(self) -> Iterator[str]:
        """Make a topic, and delete it afterwards, its files at once."""
        name = f"benchmark-{secrets.token_hex(4)}"
        settings = ["--partitions", str(PARTITIONS), "--config", "file.delete.delay.ms=0"]
        self.execute("kafka-topics.sh", "--create", "--topic", name, *settings)
        try:
            yield name
        finally:
            self.execute("kafka-topics.sh", "--delete", "--topic", name)

    def expect(self, topic: str, records: int) -> None:
        """Raise BenchmarkError unless a topic has as many records as were sent."""
        ends = self.execute("kafka-get-offsets.sh", "--topic", topic).split()
        found = sum(int(line.rsplit(":", 1)[1]) for line in ends)
        if found != records:
            raise BenchmarkError(f"{records} records were sent, topic {topic} has {found}")


@contextmanager
def running(image: str) -> Iterator[Broker]:
    """Run the broker while the body runs."""
    options = ["--env", f"PROPERTIES={_PROPERTIES}", "--entrypoint", "sh"]
    with serving(image, options, ["-euc", _START]) as container:
        broker = Broker(container)
        wait_until_ready(container, "kafka-topics.sh", "--bootstrap-server", broker.servers, "--list", seconds=120)
        yield broker
