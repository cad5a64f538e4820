"""When the stages of a pod's life were seen.

Kubernetes writes whole seconds into a pod's status. The moments here are those at which the API server told a watcher
on the same machine, by the clock that Airflow's pods have too.
"""

from dataclasses import dataclass
from typing import Any

from benchmarks.pod_task.errors import BenchmarkError

_ENDED = {"Succeeded", "Failed"}
_NAMES = ("run-id", "task-id", "map-index")


@dataclass(frozen=True)
class Owner:
    """The task instance that a pod belongs to; empty for a bare pod."""

    run_id: str = ""
    task_id: str = ""
    map_index: int = -1


@dataclass
class PodTimes:
    """Moments in seconds since the epoch, None while not seen; and the manifest as the API server first showed it."""

    owner: Owner
    manifest: dict[str, Any]
    created: float
    scheduled: float | None = None
    started: float | None = None
    finished: float | None = None
    succeeded: bool = False

    def note(self, pod: dict[str, Any], now: float) -> None:
        """Take down what is new in the pod's state."""
        if self.scheduled is None and pod["spec"].get("nodeName"):
            self.scheduled = now
        states = [status["state"] for status in pod["status"].get("containerStatuses", [])]
        if self.started is None and any("running" in state or "terminated" in state for state in states):
            self.started = now
        if self.finished is None and pod["status"].get("phase") in _ENDED:
            self.finished = now
            self.succeeded = pod["status"]["phase"] == "Succeeded"

    def moments(self) -> tuple[float, float, float, float]:
        """Return when the pod was created, scheduled, started and finished.

        Raises:
            BenchmarkError: it has not done all of it.
        """
        if self.scheduled is None or self.started is None or self.finished is None:
            raise BenchmarkError(f"pod {self.manifest['metadata']['name']} did not run: look at its events")
        return self.created, self.scheduled, self.started, self.finished


def owner_of(pod: dict[str, Any]) -> Owner:
    """Return whose pod it is, by PodTask's annotations or the labels that KubernetesPodOperator sets."""
    metadata = pod["metadata"]
    labels, annotations = metadata.get("labels") or {}, metadata.get("annotations") or {}
    run_id, task_id, map_index = (
        annotations.get(f"podflow.dev/{name}") or labels.get(name.replace("-", "_")) for name in _NAMES
    )
    return Owner(run_id or "", task_id or "", int(map_index or -1))
