"""Pods as a Kubernetes API server keeps them, in memory: api_server.py serves them, pod_life.py lives them."""

import copy
import threading
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from kubernetes.client import ApiClient

from tests.unit.podflow_dags.journal import ENDED, Journal, Json, RefusedError
from tests.unit.podflow_dags.pod_life import Pod, stop, succeed, whole_seconds

GRACE_SECONDS = 30


@dataclass
class Cluster:
    """Pods of one namespace, and how a test wants them to live."""

    life: Callable[[Pod], None] = succeed
    """Runs in a thread of its own for each pod that is created."""
    on_stop: Callable[[Pod], None] | None = stop
    """Runs when a pod at work is deleted; None is a node that does not answer."""
    hurry: float = 1
    """How many seconds of a watch pass in one."""
    created: list[Json] = field(default_factory=list)
    pods: dict[str, Json] = field(default_factory=dict)
    events: list[Json] = field(default_factory=list)
    journal: Journal = field(default_factory=Journal)
    api_client: ApiClient = field(default_factory=ApiClient)

    def create(self, pod: Json) -> Json:
        name = pod["metadata"]["name"]
        with self.journal.changed:
            if name in self.pods:
                raise RefusedError(409, f'pods "{name}" already exists', "AlreadyExists")
            pod["metadata"] |= {"uid": str(uuid.uuid4()), "creationTimestamp": whole_seconds()}
            pod["status"] = {"phase": "Pending"}
            self.created.append(pod)
            self._keep("ADDED", pod)
            self._begin(self.life, name)
        return pod

    def read(self, name: str) -> Json:
        try:
            return self.pods[name]
        except KeyError:
            raise RefusedError(404, f'pods "{name}" not found') from None

    def change(self, name: str, by: Callable[[Json], object]) -> Json:
        with self.journal.changed:
            pod = copy.deepcopy(self.read(name))
            by(pod)
            return self._keep("MODIFIED", pod)

    def delete(self, name: str, preconditions: Json) -> Json:
        """Remove a pod that is not at work; of one that is, ask its kubelet to stop it first."""
        with self.journal.changed:
            pod = self.read(name)
            for key, value in preconditions.items():
                if pod["metadata"][key] != value:
                    raise RefusedError(409, f"the {key} in the precondition ({value}) does not match", "Conflict")
            if not pod["spec"].get("nodeName") or pod["status"]["phase"] in ENDED:
                return self.remove(name)
            if "deletionTimestamp" in pod["metadata"]:
                return pod
            end = whole_seconds(timedelta(seconds=GRACE_SECONDS))
            asked = {"deletionTimestamp": end, "deletionGracePeriodSeconds": GRACE_SECONDS}
            pod = self.change(name, lambda now: now["metadata"].update(asked))
            if self.on_stop:
                self._begin(self.on_stop, name)
        return pod

    def remove(self, name: str) -> Json:
        with self.journal.changed:
            pod = copy.deepcopy(self.read(name))
            del self.pods[name]
            self.journal.note("DELETED", pod)
            return pod

    def has_log(self, name: str) -> bool:
        """Whether the pod's container has started."""
        containers = self.read(name)["status"].get("containerStatuses", [])
        return any(state in container["state"] for container in containers for state in ("running", "terminated"))

    def _keep(self, kind: str, pod: Json) -> Json:
        self.journal.note(kind, pod)
        self.pods[pod["metadata"]["name"]] = pod
        return pod

    def _begin(self, life: Callable[[Pod], None], name: str) -> None:
        pod = Pod(self, name)

        def live() -> None:
            # A pod that was removed has nothing more to do.
            with suppress(RefusedError):
                life(pod)

        threading.Thread(target=live, daemon=True).start()
