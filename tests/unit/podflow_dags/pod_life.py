"""What happens to a pod between its creation and its end, step by step as a test tells it."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.unit.podflow_dags.cluster import Cluster

LONGEST_WAIT = 20


class Pod:
    """A pod as the scheduler and the kubelet see it."""

    def __init__(self, cluster: "Cluster", name: str) -> None:
        self._cluster = cluster
        self.name = name
        self.uid: str = cluster.read(name)["metadata"]["uid"]
        self.args: list[str] = cluster.read(name)["spec"]["containers"][0].get("args", [])

    def unschedulable(self, message: str) -> None:
        condition = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message}
        self._status(conditions=[condition])

    def schedule(self) -> None:
        self._cluster.change(self.name, lambda pod: pod["spec"].update(nodeName="node-1"))

    def wait(self, reason: str, message: str) -> None:
        """Be on a node, with a container that cannot start."""
        self.schedule()
        self._status(containerStatuses=_container({"waiting": {"reason": reason, "message": message}}))

    def run(self) -> None:
        self.schedule()
        self._status(phase="Running", containerStatuses=_container({"running": {"startedAt": whole_seconds()}}))

    def say(self, *lines: str, at: str = "", end: str = "\n") -> None:
        """Write to the log; `at` is the time as the kubelet writes it (RFC3339Nano)."""
        for line in lines:
            written = at or nanoseconds(time.time_ns())
            seconds = datetime.fromisoformat(f"{written[:19]}+00:00").timestamp()
            self._cluster.journal.write(self.uid, seconds, f"{written} {line}{end}".encode(errors="surrogateescape"))

    def disrupt(self, reason: str, message: str) -> None:
        """Note who takes the pod from its node."""
        condition = {"type": "DisruptionTarget", "status": "True", "reason": reason, "message": message}
        self._status(conditions=[condition])

    def fail_unstarted(self) -> None:
        """Be refused by the node."""
        self.schedule()
        self._status(phase="Failed")

    def end(
        self,
        exit_code: int = 0,
        message: str = "",
        *,
        reason: str = "",
        finished_at: str = "",
        status: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Let the container end; `status` is what the kubelet says about the pod as a whole.

        A pod that was deleted is gone then, unless its finalizers keep it.
        """
        if not self._cluster.read(self.name)["spec"].get("nodeName"):
            self.schedule()
        ended = {
            "exitCode": exit_code,
            "message": message,
            "reason": reason or ("Error" if exit_code else "Completed"),
            "finishedAt": finished_at or whole_seconds(),
        }
        phase = "Failed" if exit_code else "Succeeded"
        with self._cluster.journal.changed:
            now = self._status(phase=phase, containerStatuses=_container({"terminated": ended}), **status)
            if "deletionTimestamp" in now["metadata"] and not now["metadata"].get("finalizers"):
                self._cluster.remove(self.name)

    def be_deleted(self) -> None:
        """Be deleted by somebody's hand."""
        self._cluster.delete(self.name, {})

    def vanish(self) -> None:
        """Be deleted with force."""
        self._cluster.remove(self.name)

    def _status(self, **status: Any) -> dict[str, Any]:
        return self._cluster.change(self.name, lambda pod: pod["status"].update(status))


def wait_for(condition: Callable[[], object]) -> None:
    """Return as soon as the condition holds.

    Raises:
        TimeoutError: it does not.
    """
    deadline = time.monotonic() + LONGEST_WAIT
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("what a test waits for does not happen")
        time.sleep(0.002)


def succeed(pod: Pod) -> None:
    """Do one's work."""
    pod.run()
    pod.say("said by the pod")
    pod.end()


def stop(pod: Pod) -> None:
    """Do as most programs do on SIGTERM."""
    pod.end(143)


def _container(state: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"name": "base", "state": state, "image": "", "imageID": "", "ready": False, "restartCount": 0}]


def whole_seconds(later: timedelta = timedelta()) -> str:
    """Return the time as Kubernetes writes it into an object."""
    return (datetime.now(UTC) + later).strftime("%Y-%m-%dT%H:%M:%SZ")


def nanoseconds(since_1970: int) -> str:
    """Return the time as the kubelet writes it before a line: without zeros at its end (RFC3339Nano)."""
    seconds, rest = divmod(since_1970, 10**9)
    moment = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{moment}.{rest:09}".rstrip("0").rstrip(".") + "Z"
