"""Three nodes of the chart's broker in a namespace of their own, without the rest of the platform."""

import base64
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from k8s import image_builds, process
from k8s.kubectl import Kubectl
from k8s.release import CHART
from tests.faults.patience import until

NAMESPACE = "podflow-kafka"
SECONDS_TO_STAND = 300
KEPT = ("kafka", "network", "tests")
KEPT_TESTS = ("_test.tpl", "config.yaml", "kafka.yaml")


@dataclass(frozen=True)
class KafkaCluster:
    """The release, and what tests do to it."""

    kubectl: Kubectl
    chart: Path

    def upgrade(self, topics: dict[str, Any]) -> None:
        """Install or upgrade with these topics, and wait for nodes and Job."""
        self.helm_upgrade(topics)
        until(self._stands, SECONDS_TO_STAND, self.describe)

    def helm_upgrade(self, topics: dict[str, Any]) -> None:
        """Install or upgrade with these topics."""
        kafka = {"replicas": 3, "topics": topics, "persistence": {"size": "1Gi"}, "heap": "256m"}
        images = self.chart.parent / "images.yaml"
        images.write_text(image_builds.helm_values())
        helm = ["helm", "upgrade", "--install", "podflow", str(self.chart), *self.where, "--values", str(images)]
        values = process.Setting(standard_input=json.dumps({"kafka": kafka}))
        process.output([*helm, "--values", "-"], values)

    @property
    def where(self) -> list[str]:
        """Helm's arguments for the place of the release."""
        return ["--kube-context", self.kubectl.context, "--namespace", NAMESPACE]

    def pods(self) -> dict[str, str]:
        """The unique id of each node that is ready."""
        found = self._items("pods", "app.kubernetes.io/component=kafka")
        return {each["metadata"]["name"]: each["metadata"]["uid"] for each in found if _is(each, "Ready")}

    def jobs(self) -> dict[str, bool]:
        """Each set-up Job, and whether it is done."""
        found = self._items("jobs", "app.kubernetes.io/component=kafka-setup")
        return {each["metadata"]["name"]: _is(each, "Complete") for each in found}

    def tool(self, name: str, *arguments: str) -> str:
        """Run one of Kafka's tools in a node that is ready."""
        node = next(iter(self.pods()))
        where = ["--bootstrap-server", "localhost:9094", "--command-config", "/etc/podflow/kafka/operator.properties"]
        command = ["env", "KAFKA_HEAP_OPTS=-Xmx128m", f"/opt/kafka/bin/{name}.sh", *where, *arguments]
        return self.kubectl.output("exec", node, "--", *command)

    def secret(self, user: str) -> str:
        """The password that the Secret of a user holds."""
        return self.kubectl.secret(f"podflow-kafka-{user}", "KAFKA_SASL_PASSWORD")

    def change_secret(self, user: str, password: str) -> None:
        """Put another password into the Secret of a user."""
        patch = {"data": {"KAFKA_SASL_PASSWORD": base64.b64encode(password.encode()).decode()}}
        self.kubectl.output("patch", "secret", f"podflow-kafka-{user}", "--patch", json.dumps(patch))

    def describe(self) -> str:
        """Say what stands, for a test that fails."""
        return self.kubectl.output("get", "pods,jobs,statefulsets")

    def _stands(self) -> bool:
        jobs = self.jobs()
        return len(self.pods()) == 3 and bool(jobs) and all(jobs.values())

    def _items(self, kind: str, selector: str) -> list[dict[str, Any]]:
        return list(json.loads(self.kubectl.output("get", kind, "--selector", selector, "-o", "json"))["items"])


@contextmanager
def three_nodes(context: str) -> Iterator[KafkaCluster]:
    """Make the namespace and a chart with nothing but the broker; remove both, with their volumes, after the body."""
    kubectl = Kubectl(context, NAMESPACE)
    with tempfile.TemporaryDirectory(prefix="podflow-kafka-") as folder:
        cluster = KafkaCluster(kubectl, _chart_of_kafka(Path(folder)))
        kubectl.output("delete", "namespace", NAMESPACE, "--ignore-not-found", "--wait")
        kubectl.apply(json.dumps(_namespace()))
        try:
            yield cluster
        finally:
            kubectl.output("delete", "namespace", NAMESPACE, "--wait")


def _chart_of_kafka(folder: Path) -> Path:
    chart = folder / "podflow"
    shutil.copytree(CHART, chart)
    for path in (chart / "templates").iterdir():
        if path.is_dir() and path.name not in KEPT:
            shutil.rmtree(path)
    for path in (chart / "templates" / "tests").iterdir():
        if path.name not in KEPT_TESTS:
            path.unlink()
    (chart / "templates" / "NOTES.txt").unlink()
    return chart


def _namespace() -> dict[str, Any]:
    labels = {"pod-security.kubernetes.io/enforce": "restricted"}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE, "labels": labels}}


def _is(item: dict[str, Any], condition: str) -> bool:
    conditions = {each["type"]: each["status"] for each in item.get("status", {}).get("conditions", [])}
    return conditions.get(condition) == "True" and "deletionTimestamp" not in item["metadata"]
