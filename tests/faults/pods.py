"""All pods of one DAG run, watched from before its start to after its end."""

import json
import subprocess
import threading
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from k8s.errors import CommandFailedError
from k8s.kubectl import Kubectl

_SELECTOR = "labelSelector=app.kubernetes.io%2Fcomponent%3Dtask"
_RUN = "podflow.dev/run-id"
_FOLLOWER = "podflow.dev/follower"


@dataclass
class Sighting:
    """The last that was seen of a pod."""

    name: str
    phase: str
    reason: str
    terminating: bool = False
    gone: bool = False

    @property
    def at_work(self) -> bool:
        """Whether the pod works, or may still begin to."""
        return not self.gone and self.phase not in {"Succeeded", "Failed"}

    @property
    def may_change(self) -> bool:
        """Whether the pod is at work, or about to vanish."""
        return self.at_work or (self.terminating and not self.gone)


class PodWatch:
    """Follows the task pods of a run through kubectl, also over a restart of the API server."""

    def __init__(self, kubectl: Kubectl, run_id: str) -> None:
        self._kubectl = kubectl
        self._run_id = run_id
        self._path = f"/api/v1/namespaces/{kubectl.namespace}/pods?{_SELECTOR}"
        self._pods: dict[str, Sighting] = {}
        self._most_at_work = 0
        self.followers: set[str] = set()
        self._stopping = threading.Event()
        self._stream: subprocess.Popen[str] | None = None
        self._thread = threading.Thread(target=self._follow)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        if self._stream:
            self._stream.terminate()
        self._thread.join(30)

    @property
    def names(self) -> list[str]:
        """Every pod there was, in the order of their appearance."""
        return [pod.name for pod in list(self._pods.values())]

    @property
    def at_work(self) -> list[str]:
        """The pods that work now."""
        return [pod.name for pod in list(self._pods.values()) if pod.at_work]

    @property
    def settled(self) -> bool:
        """Whether nothing will happen to these pods by itself."""
        return not any(pod.may_change for pod in list(self._pods.values()))

    @property
    def kept(self) -> list[str]:
        """The pods that are still there."""
        return [pod.name for pod in list(self._pods.values()) if not pod.gone]

    @property
    def most_at_work(self) -> int:
        """How many worked at the same time, at most."""
        return self._most_at_work

    def delete_kept(self) -> None:
        """Delete the pods that are still there."""
        if self.kept:
            self._kubectl.output("delete", "pod", "--ignore-not-found", "--wait=false", *self.kept)

    def describe(self) -> str:
        """Say what was seen, for a test that fails."""
        return "; ".join(map(repr, list(self._pods.values()))) or "no pod was seen"

    def _follow(self) -> None:
        while not self._stopping.is_set():
            try:
                version = self._list()
            except CommandFailedError:
                time.sleep(0.2)
                continue
            self._watch(version)

    def _list(self) -> str:
        listed = json.loads(self._kubectl.output("get", "--raw", self._path))
        for pod in listed["items"]:
            self._note(pod, gone=False)
        present = {pod["metadata"]["uid"] for pod in listed["items"]}
        for uid, pod in self._pods.items():
            pod.gone = pod.gone or uid not in present
        return str(listed["metadata"]["resourceVersion"])

    def _watch(self, version: str) -> None:
        command = self._kubectl.command("get", "--raw", f"{self._path}&watch=1&resourceVersion={version}")
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as stream:
            self._stream = stream
            if self._stopping.is_set():
                stream.terminate()
            assert stream.stdout is not None
            for line in stream.stdout:
                change = json.loads(line)
                if change["type"] == "ERROR":
                    break
                self._note(change["object"], gone=change["type"] == "DELETED")
            stream.terminate()

    def _note(self, pod: dict[str, Any], *, gone: bool) -> None:
        metadata, status = pod["metadata"], pod["status"]
        annotations = metadata.get("annotations", {})
        if annotations.get(_RUN) != self._run_id:
            return
        self.followers.add(annotations.get(_FOLLOWER, ""))
        self._pods[metadata["uid"]] = Sighting(
            name=metadata["name"],
            phase=status["phase"],
            reason=status.get("reason", ""),
            terminating="deletionTimestamp" in metadata,
            gone=gone,
        )
        self._most_at_work = max(self._most_at_work, len(self.at_work))
