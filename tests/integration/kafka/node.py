"""The chart's broker without a cluster: its rendered files in a container, its Job and its clients in others."""

import base64
import secrets
import subprocess
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.chart.rendering import CHART, Manifest, Rendered, render
from tests.servers import Server, docker, wait_until

USERS = ("broker", "admin", "producer", "sink")
NAMES = ("podflow-kafka-0.podflow-kafka-nodes.podflow.svc", "podflow-kafka", "podflow-kafka-nodes")
CLIENT = Path(__file__).parent / "client.py"
LOGIN = CHART / "files" / "tests" / "kafka_login.py"

Done = subprocess.CompletedProcess[str]


@dataclass
class Node:
    """One node on a network and a volume of its own, and how to run the chart's programs beside it."""

    kafka_image: str
    producer_image: str
    folder: Path
    name: str
    """Of the network and of the volume."""
    passwords: dict[str, str] = field(repr=False, default_factory=dict)
    """What the Secrets hold now."""
    container: str = ""

    def start(self) -> None:
        """Start the node as its StatefulSet does: the same command, environment, rights and files."""
        [spec] = default().get("StatefulSet", "podflow-kafka")["spec"]["template"]["spec"]["containers"]
        variables = {each["name"]: each.get("value", self.passwords["broker"]) for each in spec["env"]}
        files = self._written(default().get("ConfigMap", "podflow-kafka")["data"])
        options = [
            "--hostname=podflow-kafka-0",
            f"--volume={self.name}:/var/lib/kafka",
            f"--volume={files}:/etc/podflow/kafka:ro",
            *(f"--network-alias={name}" for name in NAMES),
            *(f"--env={name}={value}" for name, value in variables.items()),
        ]
        command = ["run", "--detach", *self._hardened(), *options, self.kafka_image, *spec["command"]]
        self.container = docker(*command).strip()
        wait_until(self._expect_started, Server(self.container, 0))

    def stop(self) -> None:
        """Stop the node as a deleted pod is stopped; its volume stays."""
        docker("stop", self.container)
        docker("rm", self.container)

    def setup(self, topics: Manifest) -> Done:
        """Run the chart's Job for these topics."""
        files = render({"kafka": {"topics": topics}}).get("ConfigMap", "podflow-kafka-setup")["data"]
        variables = {f"{user.upper()}_PASSWORD": password for user, password in self.passwords.items()}
        return self._python(files, variables, "setup.py")

    def client(self, user: str, *command: str, password: str = "") -> str:
        """Try something as a user with the environment of that user's Secret; return what came of it."""
        secret = {**self._secret(user), **({"KAFKA_SASL_PASSWORD": password} if password else {})}
        return self._try({f"CLIENT_{key}": value for key, value in secret.items()}, command)

    def stranger(self, *command: str) -> str:
        """Try something without user and password."""
        servers = self._secret("sink")["KAFKA_BOOTSTRAP_SERVERS"]
        plain = {"CLIENT_KAFKA_BOOTSTRAP_SERVERS": servers, "CLIENT_KAFKA_SECURITY_PROTOCOL": "PLAINTEXT"}
        return self._try(plain, command)

    def helm_test(self) -> Done:
        """Run what `helm test` runs."""
        users = ("admin", "producer", "sink")
        variables = {f"{user.upper()}_{key}": value for user in users for key, value in self._secret(user).items()}
        return self._python(default().get("ConfigMap", "podflow-tests")["data"], variables, "kafka_roundtrip.py")

    def program(self, image: str, user: str, program: str, password: str = "") -> Done:
        """Run a Python program in an image of ours, with the environment of a user's Secret."""
        variables = {**self._secret(user), **({"KAFKA_SASL_PASSWORD": password} if password else {})}
        options = ["--entrypoint=python", *(f"--env={name}={value}" for name, value in variables.items())]
        run = ["docker", "run", "--rm", *self._hardened(), *options, image, "-c", program]
        return subprocess.run(run, capture_output=True, text=True, timeout=120, check=False)

    def tool(self, name: str, *arguments: str) -> str:
        """Run one of Kafka's own tools inside the node, as docs/operations.md says."""
        where = ["--bootstrap-server", "localhost:9094", "--command-config", "/etc/podflow/kafka/operator.properties"]
        return docker("exec", "--env=KAFKA_HEAP_OPTS=", self.container, f"/opt/kafka/bin/{name}.sh", *where, *arguments)

    def _secret(self, user: str) -> dict[str, str]:
        data = default().get("Secret", f"podflow-kafka-{user}")["data"]
        decoded = {key: base64.b64decode(value).decode() for key, value in data.items()}
        return {**decoded, "KAFKA_SASL_PASSWORD": self.passwords[user]}

    def _try(self, variables: dict[str, str], command: tuple[str, ...]) -> str:
        files = {file.name: file.read_text() for file in (CLIENT, LOGIN)}
        done = self._python(files, variables, "client.py", *command)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()

    def _python(self, files: dict[str, str], variables: dict[str, str], *command: str) -> Done:
        options = [
            "--entrypoint=python",
            "--env=PYTHONDONTWRITEBYTECODE=1",
            f"--volume={self._written(files)}:/work:ro",
            *(f"--env={name}={value}" for name, value in variables.items()),
        ]
        run = ["docker", "run", "--rm", *self._hardened(), *options, self.producer_image, f"/work/{command[0]}"]
        return subprocess.run([*run, *command[1:]], capture_output=True, text=True, timeout=120, check=False)

    def _written(self, files: dict[str, str]) -> Path:
        """Write a ConfigMap's data to a folder that containers may read."""
        folder = self.folder / secrets.token_hex(4)
        folder.mkdir()
        folder.chmod(0o755)
        for name, text in files.items():
            (folder / name).write_text(text)
        return folder

    def _hardened(self) -> list[str]:
        return [f"--network={self.name}", "--read-only", "--cap-drop=ALL", "--tmpfs=/tmp", "--user=1000:1000"]

    def _expect_started(self) -> None:
        if "Kafka Server started" not in docker("logs", self.container):
            raise LookupError("Kafka Server started")


@cache
def default() -> Rendered:
    """The chart without values."""
    return render()
