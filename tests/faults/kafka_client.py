"""A client pod beside the chart's broker, which writes as the producer and reads as the sink."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from k8s import image_builds
from k8s.kubectl import Kubectl

PROGRAM = Path(__file__).with_name("kafka_program.py")
LABELS = {
    "app.kubernetes.io/name": "podflow",
    "app.kubernetes.io/instance": "podflow",
    "app.kubernetes.io/component": "task",
}
_COMMAND = ("exec", "--stdin", "client", "--", "python", f"/program/{PROGRAM.name}")


@dataclass(frozen=True)
class KafkaClient:
    """The pod, in the namespace of the release."""

    kubectl: Kubectl

    def start(self) -> None:
        """Start the pod, with the environment of the Secrets of producer and sink."""
        self.kubectl.apply(json.dumps(_pod(self.kubectl.namespace, image_builds.references(["producer"])["producer"])))
        self.kubectl.output("wait", "pod/client", "--for=condition=Ready", "--timeout=120s")

    def read(self, topic: str, partitions: int) -> dict[str, int]:
        """Count a topic's messages as the sink."""
        counts: dict[str, int] = json.loads(self.kubectl.output(*_COMMAND, "read", topic, str(partitions)))
        return counts

    @contextmanager
    def writing(self, topic: str, log: Path) -> Iterator["Writing"]:
        """Write to a topic as the producer while the body runs; what the writer says goes to the log."""
        with log.open("w") as output:
            command = self.kubectl.command(*_COMMAND, "write", topic)
            with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=output, stderr=output, text=True) as writer:
                writing = Writing(writer, log)
                try:
                    yield writing
                finally:
                    writing.end()


@dataclass
class Writing:
    """A writer at work."""

    writer: subprocess.Popen[str]
    log: Path

    def acknowledged(self) -> int:
        """How many messages were acknowledged so far; raises AssertionError where the writer gave up."""
        assert self.writer.poll() in {None, 0}, self.log.read_text()
        reports = self._reports()
        return int(reports[-1]["acknowledged"]) if reports else 0

    def longest_seconds(self) -> float:
        """How long the slowest message took."""
        return float(self._reports()[-1]["longest_seconds"])

    def end(self) -> None:
        """Let the writer report for the last time."""
        assert self.writer.stdin
        self.writer.stdin.close()
        self.writer.wait(90)

    def _reports(self) -> list[dict[str, float]]:
        """The whole lines of the program's own; the client library's warnings are between them."""
        lines = self.log.read_text().splitlines(keepends=True)
        return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("\n")]


def _pod(namespace: str, image: str) -> dict[str, Any]:
    program = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "program", "namespace": namespace},
        "data": {PROGRAM.name: PROGRAM.read_text()},
    }
    container = {
        "name": "client",
        "image": image,
        "command": ["sleep", "infinity"],
        "env": [{"name": "PYTHONPATH", "value": "/tests"}],
        "envFrom": [
            {"prefix": f"{user.upper()}_", "secretRef": {"name": f"podflow-kafka-{user}"}}
            for user in ("producer", "sink")
        ],
        "resources": {"requests": {"cpu": "20m", "memory": "64Mi"}, "limits": {"memory": "256Mi"}},
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
        "volumeMounts": [{"name": "program", "mountPath": "/program"}, {"name": "tests", "mountPath": "/tests"}],
    }
    spec = {
        "containers": [container],
        "terminationGracePeriodSeconds": 1,
        "securityContext": {"runAsNonRoot": True, "runAsUser": 1000, "seccompProfile": {"type": "RuntimeDefault"}},
        "volumes": [
            {"name": "program", "configMap": {"name": "program"}},
            {"name": "tests", "configMap": {"name": "podflow-tests"}},
        ],
    }
    metadata = {"name": "client", "namespace": namespace, "labels": LABELS}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
    return {"apiVersion": "v1", "kind": "List", "items": [program, pod]}
