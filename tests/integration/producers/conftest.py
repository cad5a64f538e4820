"""Pods that produce, and a broker that asks who they are: SASL over TLS, and rights."""

import json
import secrets
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.integration.producers.command import CLIENTS, Pod

PASSWORDS = {user: secrets.token_hex(8) for user in ("admin", "producer", "reader")}
PROPERTIES = """
process.roles=broker,controller
node.id=1
listeners=CLIENT://:9092,CONTROLLER://127.0.0.1:9093
advertised.listeners=CLIENT://127.0.0.1:{port}
inter.broker.listener.name=CLIENT
controller.listener.names=CONTROLLER
listener.security.protocol.map=CLIENT:SASL_SSL,CONTROLLER:PLAINTEXT
controller.quorum.bootstrap.servers=127.0.0.1:9093
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
auto.create.topics.enable=false
log.dirs=/var/lib/kafka/test
sasl.enabled.mechanisms=SCRAM-SHA-512
sasl.mechanism.inter.broker.protocol=SCRAM-SHA-512
listener.name.client.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule \
required username="admin" password="{admin}";
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:admin;User:ANONYMOUS
ssl.keystore.type=PEM
ssl.keystore.location=/etc/tls/server.pem
ssl.truststore.type=PEM
ssl.truststore.location=/etc/tls/ca.pem
"""
ADMIN = """
security.protocol=SASL_SSL
sasl.mechanism=SCRAM-SHA-512
sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="admin" password="{admin}";
ssl.truststore.type=PEM
ssl.truststore.location=/etc/tls/ca.pem
ssl.endpoint.identification.algorithm=
"""
SECONDS_TO_START = 120.0


@dataclass(frozen=True)
class SecureBroker:
    """A broker that knows the users admin, producer (may write to topics named open-...) and reader (may not)."""

    container: str
    port: int
    ca: Path

    def environment(self, user: str, *, password: str = "") -> dict[str, str]:
        """Return what the Secret of a user puts into a task's environment."""
        return {
            "KAFKA_BOOTSTRAP_SERVERS": f"127.0.0.1:{self.port}",
            "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
            "KAFKA_SASL_MECHANISM": "SCRAM-SHA-512",
            "KAFKA_SASL_USERNAME": user,
            "KAFKA_SASL_PASSWORD": password or PASSWORDS[user],
            "KAFKA_CA": self.ca.read_text(),
        }

    def execute(self, command: str, *arguments: str) -> str:
        """Run one of Kafka's commands as admin, inside the container."""
        options = ["--bootstrap-server", f"127.0.0.1:{self.port}", "--command-config", "/etc/tls/admin.properties"]
        return _docker("exec", self.container, command, *options, *arguments)

    def make_topic(self, prefix: str) -> str:
        """Make a topic of the test's own."""
        name = f"{prefix}-{secrets.token_hex(4)}"
        self.execute("kafka-topics.sh", "--create", "--topic", name, "--partitions", "2")
        return name


@dataclass(frozen=True)
class Pods:
    """Makes pods in a folder of the test's own."""

    folder: Path

    def __call__(self, environment: dict[str, str], **more: str) -> Pod:
        """Return a pod with this environment."""
        return Pod({**environment, **more}, self.folder)


@pytest.fixture
def pods(tmp_path: Path) -> Pods:
    """Pods whose termination message is in the test's own folder."""
    return Pods(tmp_path)


@pytest.fixture(params=CLIENTS)
def client(request: pytest.FixtureRequest) -> str:
    """Both clients, one after the other."""
    return str(request.param)


@pytest.fixture(scope="session")
def secure_broker(image: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecureBroker]:
    """A single Kafka node with SASL_SSL and rights; on the same port inside and outside, so that both can use it."""
    folder, port = tmp_path_factory.mktemp("tls"), _free_port()
    _make_certificates(folder)
    words = {"port": port, **PASSWORDS}
    properties = PROPERTIES.format(**words).replace("CLIENT://:9092", f"CLIENT://:{port}")
    (folder / "server.properties").write_text(properties)
    (folder / "admin.properties").write_text(ADMIN.format(**words))
    users = " ".join(f"--add-scram 'SCRAM-SHA-512=[name={user},password={word}]'" for user, word in PASSWORDS.items())
    script = (
        f"kafka-storage.sh format --standalone --cluster-id podflow-test-cluster01 {users}"
        " --config /etc/tls/server.properties && exec kafka-server-start.sh /etc/tls/server.properties"
    )
    options = ["--publish", f"127.0.0.1:{port}:{port}", "--volume", f"{folder}:/etc/tls:ro", "--entrypoint", "sh"]
    container = _docker("run", "--detach", *options, image("kafka"), "-c", script).strip()
    try:
        _await_start(container)
        broker = SecureBroker(container, port, folder / "ca.pem")
        right = ["--add", "--operation", "Write", "--resource-pattern-type", "prefixed", "--topic", "open-"]
        broker.execute("kafka-acls.sh", "--allow-principal", "User:producer", *right)
        read = ["--add", "--operation", "Describe", "--resource-pattern-type", "prefixed", "--topic", "open-"]
        broker.execute("kafka-acls.sh", "--allow-principal", "User:reader", *read)
        yield broker
    finally:
        _docker("rm", "--force", "--volumes", container)


def _make_certificates(folder: Path) -> None:
    """Make an authority, and a key with its certificate for the broker, in the one file that Kafka reads."""
    authority = ["-x509", "-days", "2", "-subj", "/CN=test authority", "-keyout", "ca.key", "-out", "ca.pem"]
    _openssl(folder, "req", "-newkey", "rsa:2048", "-nodes", *authority)
    names = ["-subj", "/CN=broker", "-addext", "subjectAltName=IP:127.0.0.1"]
    signed = ["-x509", "-days", "2", "-CA", "ca.pem", "-CAkey", "ca.key"]
    _openssl(folder, "req", "-newkey", "rsa:2048", "-nodes", *signed, *names, "-keyout", "key.pem", "-out", "cert.pem")
    parts = ("key.pem", "cert.pem", "ca.pem")
    (folder / "server.pem").write_text("".join((folder / part).read_text() for part in parts))
    folder.chmod(0o755)
    for file in folder.iterdir():
        file.chmod(0o644)


def _await_start(container: str) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while "Kafka Server started" not in (log := _docker("logs", container)):
        state: dict[str, Any] = json.loads(_docker("inspect", "--format", "{{json .State}}", container))
        if time.monotonic() > deadline or not state["Running"]:
            raise TimeoutError(log)
        time.sleep(0.2)


def _openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


def _docker(*arguments: str) -> str:
    done = subprocess.run(["docker", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return done.stdout


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
