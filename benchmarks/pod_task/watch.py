"""All pods of the namespace, watched by a thread of its own with a clock beside it."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from typing import Any

from kubernetes.client import CoreV1Api

from benchmarks.pod_task.errors import BenchmarkError
from benchmarks.pod_task.pod_times import PodTimes, owner_of

_SECONDS_OF_A_WATCH = 4 * 3600


class PodWatch:
    """Knows the times of every pod that appears while it is open; use it as a context manager."""

    def __init__(self, core: CoreV1Api, namespace: str, clock: Callable[[], float] = time.time) -> None:
        self._core = core
        self._namespace = namespace
        self._clock = clock
        self._pods: dict[str, PodTimes] = {}
        self._news = threading.Condition()
        self._ended = ""
        self._response: Any = None

    def __enter__(self) -> "PodWatch":
        now = self._core.list_namespaced_pod(self._namespace, limit=1).metadata.resource_version
        # Raw: making the client's objects of every event takes longer than what is to be told apart.
        self._response = self._core.list_namespaced_pod(
            self._namespace,
            watch=True,
            resource_version=now,
            timeout_seconds=_SECONDS_OF_A_WATCH,
            _preload_content=False,
        )
        threading.Thread(target=self._read, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        # Not close(): it waits for the thread that reads, and that one for the next change of a pod.
        with suppress(ValueError):  # the watch ended by itself
            self._response.shutdown()

    def pods(self) -> dict[str, PodTimes]:
        """Return what is known so far, by the pod's name."""
        with self._news:
            return dict(self._pods)

    def wait(self, condition: Callable[[dict[str, PodTimes]], bool], seconds: float) -> bool:
        """Wait until the condition holds for the known pods; False if it does not within that time.

        Raises:
            BenchmarkError: the watch ended, so that times would be missing.
        """
        with self._news:
            done = self._news.wait_for(lambda: bool(self._ended) or condition(self._pods), seconds)
            if self._ended:
                raise BenchmarkError(f"the watch of the pods ended ({self._ended}): start the benchmark again")
        return done

    def _read(self) -> None:
        reason = "the API server closed it"
        try:
            with closing(self._response):
                for event in _events(self._response):
                    self._take(event, self._clock())
        except Exception as error:  # noqa: BLE001  # told to whoever waits
            reason = repr(error)
        with self._news:
            self._ended = reason
            self._news.notify_all()

    def _take(self, event: dict[str, Any], now: float) -> None:
        pod = event["object"]
        if event["type"] == "ERROR":
            raise BenchmarkError(str(pod.get("message")))
        with self._news:
            times = self._pods.setdefault(pod["metadata"]["name"], PodTimes(owner_of(pod), pod, now))
            times.note(pod, now)
            self._news.notify_all()


def _events(response: Any) -> Iterator[dict[str, Any]]:
    rest = b""
    for piece in response.stream(amt=None):
        *lines, rest = (rest + piece).split(b"\n")
        yield from (json.loads(line) for line in lines if line)
