"""A pod's log, line by line into the task's log while the container runs, and complete after it."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime

from kubernetes.client import models as k8s
from kubernetes.client.exceptions import ApiException
from urllib3 import HTTPResponse
from urllib3.exceptions import HTTPError

from podflow_dags.pod_api import PodApi, reason_of
from podflow_dags.pod_state import has_ended, has_started

_SECONDS_TO_FINISH = 30
_SECONDS_BETWEEN_READS = 1.0


class PodLog:
    """Follows the log in a thread of its own, because a watch and a log cannot be read by one."""

    def __init__(self, api: PodApi, say: Callable[[str], None]) -> None:
        self._api = api
        self._say = say
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._position = _Position()

    def notice(self, pod: k8s.V1Pod) -> None:
        """Begin as soon as there is a log, and note when no more of it can come."""
        if has_ended(pod):
            self._ended.set()
        if self._thread is None and has_started(pod):
            self._thread = threading.Thread(target=self._follow, args=(pod.metadata.name,), daemon=True)
            self._thread.start()

    def finish(self) -> None:
        """Wait until everything is said that the container has written."""
        self._ended.set()
        if self._thread:
            self._thread.join(_SECONDS_TO_FINISH)
            if self._thread.is_alive():
                self._say("the rest of the pod's log did not arrive in time")

    def _follow(self, pod: str) -> None:
        while True:
            # Only what is opened after the container's end is sure to hold everything.
            is_last = self._ended.is_set()
            try:
                for line in _lines(self._api.open_log(pod, self._position.since_seconds())):
                    if (text := self._position.new_text(line)) is not None:
                        self._say(text)
            except ApiException as error:
                self._say(f"the pod's log ends here: {reason_of(error)}")
                return
            except HTTPError:
                is_last = False
            if is_last:
                return
            self._ended.wait(_SECONDS_BETWEEN_READS)


class _Position:
    """How far the log was read, so that reading it again from a bit earlier repeats nothing.

    The place is the latest time so far and the number of lines from its first line on: some of these may bear earlier
    times, because the container runtime takes the times of stdout and stderr before it brings their lines into order.
    """

    def __init__(self) -> None:
        self._latest = ""
        self._lines = 0
        self._repeated = 0

    def since_seconds(self) -> int | None:
        """Return how far back to read; None for the whole log."""
        self._repeated = self._lines
        if not self._latest:
            return None
        age = time.time() - datetime.fromisoformat(f"{self._latest[:19]}+00:00").timestamp()
        # A minute more, for clocks that differ: what was said already is recognised.
        return max(1, int(age) + 60)

    def new_text(self, line: str) -> str | None:
        """Return the line without its time, None if it was said before."""
        written, _, text = line.partition(" ")
        moment = _comparable(written)
        if self._repeated and moment <= self._latest:
            if moment == self._latest or self._repeated < self._lines:
                self._repeated -= 1
            return None
        self._repeated = 0
        self._lines = 1 if moment > self._latest else self._lines + 1
        self._latest = max(moment, self._latest)
        return text


def _comparable(moment: str) -> str:
    """Kubernetes leaves out zeros at the end of the nanoseconds (RFC3339Nano): put them back."""
    seconds, _, fraction = moment.rstrip("Z").partition(".")
    return f"{seconds}.{fraction:0<9}"


def _lines(response: HTTPResponse) -> Iterator[str]:
    rest = b""
    try:
        for piece in response.stream(amt=None, decode_content=False):
            *whole, rest = (rest + piece).split(b"\n")
            for line in whole:
                yield line.decode(errors="replace")
        if rest:
            yield rest.decode(errors="replace")
    finally:
        response.release_conn()
