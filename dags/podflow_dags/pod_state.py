"""What a pod's status says, in the words that podflow asks."""

from datetime import timedelta

from kubernetes.client import models as k8s

from podflow_dags.pod_spec import CONTAINER


def container_state(pod: k8s.V1Pod) -> k8s.V1ContainerState | None:
    """Return the state of the task's container, None before the kubelet has reported one."""
    for status in pod.status.container_statuses or []:
        if status.name == CONTAINER:
            return status.state
    return None


def terminated(pod: k8s.V1Pod) -> k8s.V1ContainerStateTerminated | None:
    """Return how the container ended, None while it has not."""
    state = container_state(pod)
    return state.terminated if state else None


def exit_code(pod: k8s.V1Pod) -> int | None:
    """Return the container's exit code, None while it has none."""
    ended = terminated(pod)
    return None if ended is None else ended.exit_code


def message(pod: k8s.V1Pod) -> str:
    """Return the container's termination message."""
    ended = terminated(pod)
    return (ended.message or "").strip() if ended else ""


def has_started(pod: k8s.V1Pod) -> bool:
    """Whether the container has run, so that there is a log."""
    state = container_state(pod)
    return state is not None and (state.running is not None or state.terminated is not None)


def has_ended(pod: k8s.V1Pod) -> bool:
    """Whether the pod will not do anything any more."""
    return pod.status.phase in {"Succeeded", "Failed"}


def has_succeeded(pod: k8s.V1Pod) -> bool:
    """Whether the pod did its work: its container ended with 0, and nobody had asked it to stop before."""
    return pod.status.phase == "Succeeded" and not stopped_early(pod)


def stopped_early(pod: k8s.V1Pod) -> bool:
    """Whether the pod was deleted while its container ran.

    Programs that end with 0 on SIGTERM cannot be told from finished ones but by the times, which Kubernetes keeps in
    whole seconds: in doubt it was stopped.
    """
    deletion = pod.metadata.deletion_timestamp
    if deletion is None:
        return False
    # Kubernetes notes the end of the grace period.
    asked = deletion - timedelta(seconds=pod.metadata.deletion_grace_period_seconds or 0)
    ended = terminated(pod)
    return ended is None or ended.finished_at is None or ended.finished_at >= asked


def unscheduled(pod: k8s.V1Pod) -> str:
    """Return why the pod has no node, nothing if it has one."""
    if pod.spec.node_name:
        return ""
    for condition in pod.status.conditions or []:
        if condition.type == "PodScheduled" and condition.status == "False":
            return f"{condition.reason}: {condition.message}"
    return "the scheduler has not looked at it yet"


def disruption(pod: k8s.V1Pod) -> str:
    """Return who ended the pod for the cluster's reasons (a drained node, a preemption), nothing if nobody did."""
    for condition in pod.status.conditions or []:
        if condition.type == "DisruptionTarget" and condition.status == "True":
            return f"{condition.reason}: {condition.message}"
    return ""
