"""A pod from its creation to its end, by watching it."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import chain

from kubernetes.client import models as k8s

from podflow_dags.pod_api import MOST_SECONDS_A_WATCH, PodApi
from podflow_dags.pod_state import container_state, has_ended, unscheduled

_SECONDS_BEYOND_GRACE = 60
_NEVER_STARTS = frozenset(
    {
        # The kubelet has tried twice by then. The task's own retries are the better way to wait for a registry.
        "ImagePullBackOff",
        "ErrImageNeverPull",
        "InvalidImageName",
        "CreateContainerConfigError",
        "CreateContainerError",
        "RunContainerError",
    }
)

_NOT_SYNCED_YET = "failed to sync"
"""What the kubelet says of a Secret or ConfigMap that it could not fetch in time, on a busy node: it tries again."""


@dataclass(frozen=True)
class Patience:
    """Seconds that a pod may spend before its container starts."""

    schedule: float
    start: float


@dataclass(frozen=True)
class End:
    """The last that was seen of a pod, and why it was not watched any longer if it had not ended."""

    pod: k8s.V1Pod
    gone: bool = False
    gave_up: str = ""


def follow(api: PodApi, pod: k8s.V1Pod, patience: Patience, notice: Callable[[k8s.V1Pod], None]) -> End:
    """Call `notice` with the pod at every change until it has ended, is gone, or has used up a limit."""
    stopwatch = _Stopwatch(patience)
    last, since = pod, ""
    while True:
        left = min(stopwatch.seconds_left(last), MOST_SECONDS_A_WATCH)
        end = time.monotonic() + left
        for now, gone in chain([(last, False)], api.changes(last, left, since)):
            last = now
            notice(last)
            if gone or has_ended(last):
                return End(last, gone)
            if reason := stopwatch.overdue(last):
                return End(last, gave_up=reason)
            if time.monotonic() + stopwatch.seconds_left(last) < end - 1:
                # A shorter limit has begun, and this watch would end too late for it: go on from here with another.
                since = last.metadata.resource_version
                break
        else:
            found, since = api.look(last.metadata.name)
            if found is None or found.metadata.uid != last.metadata.uid:
                return End(last, gone=True)
            last = found


@dataclass
class _Stopwatch:
    """How long a pod has been in the state in which it is."""

    patience: Patience
    stage: str = ""
    since: float = field(default_factory=time.monotonic)

    def seconds_left(self, pod: k8s.V1Pod) -> float:
        stage, limit = self._stage_and_limit(pod)
        if stage != self.stage:
            self.stage, self.since = stage, time.monotonic()
        # Just beyond the limit, so that it is over when the watch ends.
        return self.since + limit - time.monotonic() + 1

    def overdue(self, pod: k8s.V1Pod) -> str:
        """Return why waiting any longer makes no sense, or nothing."""
        state = container_state(pod)
        if state and state.waiting and _never_starts(state.waiting):
            return f"did not start, {state.waiting.reason}: {state.waiting.message or 'no further message'}"
        if self.seconds_left(pod) > 1:
            return ""
        _, limit = self._stage_and_limit(pod)
        return f"was {self.stage} for {limit:.0f} s"

    def _stage_and_limit(self, pod: k8s.V1Pod) -> tuple[str, float]:
        if pod.metadata.deletion_timestamp:
            grace = pod.metadata.deletion_grace_period_seconds or 0
            return "terminating, and its node did not answer,", grace + _SECONDS_BEYOND_GRACE
        if pod.status.phase != "Pending":
            return "running", math.inf
        if unscheduled(pod):
            return "without a node", self.patience.schedule
        return "on a node without its container starting", self.patience.start


def _never_starts(waiting: k8s.V1ContainerStateWaiting) -> bool:
    return waiting.reason in _NEVER_STARTS and _NOT_SYNCED_YET not in (waiting.message or "")
