"""Why a pod did not do its work, in plain words, and the commands that show more."""

import json
import shlex
from collections.abc import Sequence

from kubernetes.client import models as k8s

from podflow_dags.pod_follow import End
from podflow_dags.pod_state import (
    container_state,
    disruption,
    has_started,
    message,
    stopped_early,
    terminated,
    unscheduled,
)

LOG_LINES = 10
"""Lines of a pod's log that stand in for an error it did not leave."""


def explain(end: End, events: Sequence[str]) -> str:
    """Return the cause on the first line, then the pod's events, then commands to copy."""
    pod = end.pod
    name = f"--namespace {shlex.quote(pod.metadata.namespace)} {shlex.quote(pod.metadata.name)}"
    lines = [f"pod {pod.metadata.name}: {cause(end)}"]
    if events:
        lines += ["events of the pod:", *(f"  {event}" for event in events)]
    if end.gone or end.gave_up:
        # There is nothing left to look at but the node and its events.
        lines += ["the pod is gone. More may be in:", f"  kubectl get events --namespace {pod.metadata.namespace}"]
        return "\n".join(lines)
    logs = [f"  kubectl logs {name}"] if has_started(pod) else []
    return "\n".join([*lines, "see:", *logs, f"  kubectl describe pod {name}"])


def cause(end: End) -> str:
    """Return why the pod did not succeed, without the pod's name."""
    pod = end.pod
    if pod.status.reason:  # Evicted, DeadlineExceeded, and what else the kubelet decides about a whole pod
        return f"{pod.status.reason}: {pod.status.message}"
    if by := disruption(pod):
        return f"was taken from its node ({by})"
    if end.gave_up:
        return "; ".join(filter(None, (end.gave_up, unscheduled(pod))))
    if end.gone or stopped_early(pod):
        return _deletion(pod)
    return _container_end(pod)


def _deletion(pod: k8s.V1Pod) -> str:
    ended = terminated(pod)
    by = "was deleted while it ran, by somebody else than its task"
    if ended and ended.exit_code == 0:
        return f"{by}; that it then exited with 0 does not say that its work was done"
    return f"{by}; its work may not be done"


def _container_end(pod: k8s.V1Pod) -> str:
    ended = terminated(pod)
    if ended is None:
        state = container_state(pod)
        return f"ended as {pod.status.phase} without a word about its container ({state})"
    if ended.reason == "OOMKilled":
        memory = (pod.spec.containers[0].resources.limits or {}).get("memory", "?")
        return f"OOMKilled at {memory} (exit code {ended.exit_code}): use a larger preset, or less memory"
    return f"exit code {ended.exit_code}: {_reported_error(pod) or ended.reason or 'no message'}"


def _reported_error(pod: k8s.V1Pod) -> str:
    """Return the error that the pod left, or else the last lines of its log, which Kubernetes puts in that place."""
    left = message(pod)
    try:
        return str(json.loads(left)["error"])
    except (ValueError, KeyError, TypeError):
        last_lines = left.splitlines()[-LOG_LINES:]
        return "\n    ".join(["the log ends with", *last_lines]) if last_lines else ""
