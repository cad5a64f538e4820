"""Pods made by hand from the very specification that PodTask gives its own: what a task's pod costs without a task."""

import copy
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import sleep, time
from typing import Any

from kubernetes.client import CoreV1Api

from benchmarks.pod_task.errors import BenchmarkError
from benchmarks.pod_task.pod_times import PodTimes
from benchmarks.pod_task.watch import PodWatch

_SECONDS_FOR_A_POD = 300


@dataclass(frozen=True)
class BarePod:
    """One pod from the request that created it to its end; moments in seconds since the epoch."""

    requested: float
    times: PodTimes

    @property
    def seconds(self) -> float:
        """The time from the request until the API server said Succeeded."""
        return (self.times.finished or self.requested) - self.requested


def manifest(model: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a pod with the specification of `model`, a pod of PodTask as the API server showed it when it was new."""
    metadata = model["metadata"]
    # The labels decide about network policies; what names a task instance would have the pod taken for the task's.
    labels = {key: value for key, value in metadata["labels"].items() if key.startswith("app.kubernetes.io/")}
    spec = copy.deepcopy(model["spec"])
    spec.pop("nodeName", None)
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": labels}, "spec": spec}


class BarePods:
    """Creates and watches pods of one model."""

    def __init__(self, core: CoreV1Api, namespace: str, watch: PodWatch, model: dict[str, Any]) -> None:
        self._core = core
        self._namespace = namespace
        self._watch = watch
        self._model = model

    def one_by_one(self, prefix: str, count: int) -> list[BarePod]:
        """Run pods in a chain: each is created when the one before has succeeded."""
        return [self._run(f"{prefix}-{number}") for number in range(count)]

    def in_step(self, prefix: str, pauses: Sequence[float]) -> list[BarePod]:
        """Run pods in a chain, each created so many seconds after the one before has ended; a first one leads them."""
        pods = self.one_by_one(f"{prefix}-lead", 1)
        for number, pause in enumerate(pauses):
            sleep(max(0.0, pods[-1].requested + pods[-1].seconds + pause - time()))
            pods.append(self._run(f"{prefix}-{number}"))
        return pods[1:]

    def at_once(self, prefix: str, count: int) -> list[BarePod]:
        """Run pods side by side, all created at the same time."""
        with ThreadPoolExecutor(count) as threads:
            return list(threads.map(lambda number: self._run(f"{prefix}-{number}"), range(count)))

    def _run(self, name: str) -> BarePod:
        requested = time()
        self._core.create_namespaced_pod(self._namespace, manifest(self._model, name), _preload_content=False)
        if not self._watch.wait(_finished(name), _SECONDS_FOR_A_POD):
            raise BenchmarkError(f"pod {name} did not end: kubectl -n {self._namespace} describe pod {name}")
        times = self._watch.pods()[name]
        if not times.succeeded:
            raise BenchmarkError(f"pod {name} failed: kubectl -n {self._namespace} logs {name}")
        self._core.delete_namespaced_pod(name, self._namespace, _preload_content=False)
        return BarePod(requested, times)


def _finished(name: str) -> Callable[[dict[str, PodTimes]], bool]:
    return lambda pods: name in pods and pods[name].finished is not None
