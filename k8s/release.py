"""The chart on the local cluster: installed or upgraded, then waited for until every pod stands."""

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from k8s import process
from k8s.errors import ClusterError
from k8s.kubectl import Kubectl
from k8s.progress import Progress

NAME = "podflow"
NAMESPACE = "podflow"
VALUES = Path(__file__).parent / "values" / "kind.yaml"
CHART = Path(__file__).parent.parent / "charts" / "podflow"

SECONDS_TO_STAND = 600
RESTARTS_TO_GIVE_UP = 5
_SECONDS_BETWEEN_LOOKS = 1.0
_COME_AND_GO = {"task", "task-cleanup", "test"}
_NEVER_HEALS = {"ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName", "CreateContainerConfigError"}
_NOT_SYNCED_YET = "failed to sync"
"""What the kubelet says of a Secret or ConfigMap that it could not fetch in time, on a busy node: it tries again."""


class ReleaseError(ClusterError):
    """The chart did not come up; the message names the pod, its reason, and the command that shows more."""


@dataclass(frozen=True)
class PodView:
    """What matters of one pod to somebody who waits for it."""

    name: str
    stands: bool
    waits_for: str
    restarts: int
    heals: bool

    def is_hopeless(self, restarts_before: int) -> bool:
        """Say if there is no use in waiting, by its own state or by how often it restarted since it was first seen."""
        return not self.heals or self.restarts - restarts_before >= RESTARTS_TO_GIVE_UP


def install(kubectl: Kubectl, values: Sequence[str], progress: Progress) -> None:
    """Install or upgrade the release with the kind values and further ones (YAML texts), and wait for it.

    Later values go before earlier ones; those of an earlier installation are forgotten.

    Raises ReleaseError when a pod cannot start or the time limit passes.
    """
    with progress.step("installing the chart"):
        kubectl.apply(_restricted_namespace())
        with _values_files(values) as files:
            process.output(["helm", "upgrade", "--install", NAME, str(CHART), *_where(kubectl), *files])
    with progress.step("waiting for the pods"):
        _wait(kubectl, progress)


@contextmanager
def _values_files(values: Sequence[str]) -> Iterator[list[str]]:
    """Helm's arguments for the texts; only files can be given more than once."""
    with TemporaryDirectory(prefix="podflow-values-") as folder:
        arguments = []
        for number, text in enumerate(values):
            file = Path(folder) / f"{number}.yaml"
            file.write_text(text)
            arguments += ["--values", str(file)]
        yield arguments


def look_at_pods(pods: dict[str, Any]) -> Iterator[PodView]:
    """Judge the items of `kubectl get pods -o json`, leaving out those that come and go by themselves."""
    for pod in pods["items"]:
        labels = pod["metadata"].get("labels", {})
        if labels.get("app.kubernetes.io/component") not in _COME_AND_GO:
            yield _look_at(pod)


def _look_at(pod: dict[str, Any]) -> PodView:
    status = pod["status"]
    conditions = {condition["type"]: condition for condition in status.get("conditions", [])}
    containers = status.get("initContainerStatuses", []) + status.get("containerStatuses", [])
    waits = [each["state"]["waiting"] for each in containers if "waiting" in each["state"]]
    waiting = [each.get("reason", "") for each in waits]
    starting = [each["name"] for each in containers if not each.get("ready") and "running" in each["state"]]
    scheduled = conditions.get("PodScheduled", {})
    return PodView(
        name=pod["metadata"]["name"],
        stands=status["phase"] == "Succeeded" or conditions.get("Ready", {}).get("status") == "True",
        waits_for=scheduled.get("message") or ", ".join(starting or waiting) or status["phase"],
        restarts=sum(each["restartCount"] for each in containers),
        heals=not any(map(_never_heals, waits)),
    )


def _never_heals(waiting: dict[str, str]) -> bool:
    return waiting.get("reason") in _NEVER_HEALS and _NOT_SYNCED_YET not in waiting.get("message", "")


def _wait(kubectl: Kubectl, progress: Progress) -> None:
    standing: set[str] = set()
    # A pod that has stood for weeks may have restarted before: with its node, or when it waited for others at first.
    restarts_before: dict[str, int] = {}
    deadline = time.monotonic() + SECONDS_TO_STAND
    while True:
        views = list(look_at_pods(json.loads(kubectl.output("get", "pods", "--output", "json"))))
        for view in views:
            restarts_before.setdefault(view.name, view.restarts)
            if view.stands and view.name not in standing:
                progress.note(f"  {view.name} stands")
                standing.add(view.name)
        missing = [view for view in views if not view.stands]
        if views and not missing and _workloads_complete(kubectl):
            return
        lost = next((view for view in missing if view.is_hopeless(restarts_before[view.name])), None)
        if lost or time.monotonic() > deadline:
            raise ReleaseError(_explain([lost] if lost else missing, kubectl))
        time.sleep(_SECONDS_BETWEEN_LOOKS)


def _workloads_complete(kubectl: Kubectl) -> bool:
    """Whether each controller has brought up all its pods of the newest revision."""
    workloads = json.loads(kubectl.output("get", "deployments,statefulsets", "--output", "json"))["items"]
    return all(
        item["status"].get("observedGeneration", 0) >= item["metadata"]["generation"]
        and item["status"].get("updatedReplicas", 0) >= item["spec"]["replicas"]
        and item["status"].get("readyReplicas", 0) == item["spec"]["replicas"] == item["status"].get("replicas", 0)
        for item in workloads
    )


def _explain(views: list[PodView], kubectl: Kubectl) -> str:
    lines = [f"{view.name} does not start: {view.waits_for}" for view in views] or ["the pods are not all there"]
    command = f"kubectl --context {kubectl.context} -n {NAMESPACE}"
    commands = [f"  {command} describe pod {view.name}; {command} logs {view.name} --all-containers" for view in views]
    return "\n".join(lines + commands)


def _where(kubectl: Kubectl) -> list[str]:
    return ["--kube-context", kubectl.context, "--namespace", NAMESPACE, "--values", str(VALUES)]


def _restricted_namespace() -> str:
    labels = {
        "pod-security.kubernetes.io/enforce": "restricted",
        "pod-security.kubernetes.io/warn": "restricted",
    }
    return json.dumps({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE, "labels": labels}})
