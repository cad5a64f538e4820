"""What a pod says of itself when it ended: its result, or why it failed."""

import json
import shlex
from typing import Any

from kubernetes.client import models as k8s

from podflow_dags.pod_spec import CONTAINER

RESULT_LIMIT = 4096
"""Bytes of a termination message that Kubernetes keeps; it cuts off the rest without a word."""
LOG_LINES = 10
"""Lines of a pod's log that stand in for an error it did not leave."""
NOTHING_TO_DO = 99
"""Exit code of a pod that found nothing to do."""


class ResultError(ValueError):
    """A pod ended well, but what it left as its result breaks the contract."""


def result_of(pod: k8s.V1Pod) -> dict[str, Any] | None:
    """Return the JSON object that the pod left as termination message, None if it left none.

    Raises:
        ResultError: the message is no JSON object, for example because it was cut off.
    """
    message = _message(pod)
    if not message:
        return None
    try:
        result = json.loads(message)
    except ValueError:
        cut = " It was cut off:" if len(message.encode()) >= RESULT_LIMIT else ""
        raise ResultError(
            f"pod {pod.metadata.name}: the result is no JSON.{cut} a result is one JSON object of at most "
            f"{RESULT_LIMIT} bytes, this one begins with {message[:80]!r}"
        ) from None
    if not isinstance(result, dict):
        raise ResultError(f"pod {pod.metadata.name}: the result is a JSON {type(result).__name__}, not an object")
    return result


def member(result: dict[str, Any] | None, name: str) -> Any:
    """Return the result's member `name`, which a downstream task relies on.

    Raises:
        ResultError: there is no such member; the message lists those that are.
    """
    if result is None or name not in result:
        raise ResultError(f"the result has no member {name!r}; it has: {', '.join(result or ()) or 'nothing'}")
    return result[name]


def exit_code(pod: k8s.V1Pod) -> int | None:
    """Return the container's exit code, None while it has none."""
    ended = _ended(pod)
    return None if ended is None else ended.exit_code


def explain(pod: k8s.V1Pod) -> str:
    """Return why the pod failed, and the commands that show more; several lines."""
    name = f"--namespace {shlex.quote(pod.metadata.namespace)} {shlex.quote(pod.metadata.name)}"
    state = _state(pod)
    has_log = state is not None and state.waiting is None
    logs = [f"  kubectl logs {name}"] if has_log else []
    return "\n".join([f"pod {pod.metadata.name}: {_cause(pod)}", *logs, f"  kubectl describe pod {name}"])


def _cause(pod: k8s.V1Pod) -> str:
    ended = _ended(pod)
    if pod.status.reason:  # of the pod as a whole: DeadlineExceeded, Evicted, Shutdown
        return f"{pod.status.reason}: {pod.status.message}"
    if ended is None:
        return _why_not_ended(pod)
    if pod.metadata.deletion_timestamp and ended.exit_code == 0:
        return "was deleted while it ran; that it then exited with 0 does not say that its work was done"
    if ended.reason == "OOMKilled":
        limits = pod.spec.containers[0].resources.limits or {}
        memory = limits.get("memory", "?")
        return f"OOMKilled (exit code {ended.exit_code}): it needed more memory than its limit of {memory}"
    return f"exit code {ended.exit_code}: {_reported_error(pod) or ended.reason or 'no message'}"


def _why_not_ended(pod: k8s.V1Pod) -> str:
    state = _state(pod)
    if state and state.waiting:
        return f"did not start, {state.waiting.reason}: {state.waiting.message or 'no further message'}"
    for condition in pod.status.conditions or []:
        if condition.type == "PodScheduled" and condition.status == "False":
            return f"did not start, {condition.reason}: {condition.message}"
    return f"was {pod.status.phase} when its task stopped watching it"


def _reported_error(pod: k8s.V1Pod) -> str:
    """Return the error that the pod left, or else the last lines of its log, which Kubernetes puts in that place."""
    message = _message(pod)
    try:
        return str(json.loads(message)["error"])
    except (ValueError, KeyError, TypeError):
        last_lines = message.splitlines()[-LOG_LINES:]
        return "\n    ".join(["the log ends with", *last_lines]) if last_lines else ""


def _message(pod: k8s.V1Pod) -> str:
    ended = _ended(pod)
    return (ended.message or "").strip() if ended else ""


def _ended(pod: k8s.V1Pod) -> k8s.V1ContainerStateTerminated | None:
    state = _state(pod)
    return state.terminated if state else None


def _state(pod: k8s.V1Pod) -> k8s.V1ContainerState | None:
    for status in pod.status.container_statuses or []:
        if status.name == CONTAINER:
            return status.state
    return None
