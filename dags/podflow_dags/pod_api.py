"""The Kubernetes API as a task uses it: one namespace, pods only, patient with an API server that is away."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import tenacity
from kubernetes import watch
from kubernetes.client import CoreV1Api
from kubernetes.client import models as k8s
from kubernetes.client.exceptions import ApiException
from urllib3.exceptions import HTTPError

NOT_FOUND = 404
CONFLICT = 409
_GONE = 410
_TRANSIENT = frozenset({429, 500, 502, 503, 504})
_AWAY_SECONDS = 600
"""How long an API server may be away: longer than its own update takes."""
KILL_SECONDS = 3
"""Airflow kills a task five seconds after it told it to stop."""
_CONNECT_SECONDS = 5
MOST_SECONDS_A_WATCH = 240
_MOST_EVENTS = 10

T = TypeVar("T")


def is_transient(error: BaseException) -> bool:
    """Whether the same request may well succeed in a moment."""
    return error.status in _TRANSIENT if isinstance(error, ApiException) else isinstance(error, HTTPError)


def _is_transient_of_create(error: BaseException) -> bool:
    # Two pods that count against a quota at the same moment: the API server refuses one of them, with this reason.
    return is_transient(error) or _is_conflict(error, "Conflict")


def patiently(
    call: Callable[..., T],
    *arguments: Any,
    seconds: float = _AWAY_SECONDS,
    transient: Callable[[BaseException], bool] = is_transient,
    **named: Any,
) -> T:
    """Return what `call` returns; repeat it for up to `seconds` while the API server is away or overloaded."""
    retrying = tenacity.Retrying(
        retry=tenacity.retry_if_exception(transient),
        wait=tenacity.wait_exponential(multiplier=0.1, max=5),
        stop=tenacity.stop_after_delay(seconds),
        reraise=True,
    )
    return retrying(call, *arguments, **named)


class PodApi:
    """Requests about the pods of one namespace."""

    def __init__(self, core: CoreV1Api, namespace: str) -> None:
        self._core = core
        self._namespace = namespace

    def create(self, pod: k8s.V1Pod) -> k8s.V1Pod | None:
        """Create the pod and return it as it is then; None if its name is taken.

        Raises:
            ApiException: the API server refused it (403: quota or Pod Security, 422: wrong in itself).
        """
        try:
            return patiently(self._core.create_namespaced_pod, self._namespace, pod, transient=_is_transient_of_create)
        except ApiException as error:
            if _is_conflict(error, "AlreadyExists"):
                return None
            raise

    def read(self, name: str, seconds: float = _AWAY_SECONDS) -> k8s.V1Pod | None:
        """Return the pod as it is now, None if there is none of this name."""
        try:
            return patiently(self._core.read_namespaced_pod, name, self._namespace, seconds=seconds)
        except ApiException as error:
            if error.status == NOT_FOUND:
                return None
            raise

    def find(self, label: str, value: str) -> list[k8s.V1Pod]:
        """Return the pods with this label."""
        pods = patiently(self._core.list_namespaced_pod, self._namespace, label_selector=f"{label}={value}").items
        return list(pods)

    def look(self, name: str) -> tuple[k8s.V1Pod | None, str]:
        """Return the pod as it is now, None if there is none of this name, and the version from which to watch it.

        A list has the cluster's version. The pod's own is that of its last change, and an API server forgets changes
        after a minute or two, or when it starts: it would refuse to watch from there.
        """
        found = patiently(self._core.list_namespaced_pod, self._namespace, field_selector=f"metadata.name={name}")
        return next(iter(found.items), None), found.metadata.resource_version

    def changes(self, pod: k8s.V1Pod, seconds: float, since: str = "") -> Iterator[tuple[k8s.V1Pod, bool]]:
        """Yield the pod at each change after the given state, and whether it is deleted, for up to `seconds`.

        Ends early when the connection breaks or the API server forgot that state: look at the pod again then, and
        give the version that this returns as `since`.
        """
        limit = max(1, int(min(seconds, MOST_SECONDS_A_WATCH)))
        changes = watch.Watch().stream(
            self._core.list_namespaced_pod,
            self._namespace,
            field_selector=f"metadata.name={pod.metadata.name}",
            resource_version=since or pod.metadata.resource_version,
            timeout_seconds=limit,
            _request_timeout=(_CONNECT_SECONDS, limit + _CONNECT_SECONDS),
        )
        try:
            for change in changes:
                if change["object"].metadata.uid == pod.metadata.uid:
                    yield change["object"], change["type"] == "DELETED"
        except (ApiException, HTTPError) as error:
            if not is_transient(error) and getattr(error, "status", None) != _GONE:
                raise
            time.sleep(0.1)

    def label(self, pod: k8s.V1Pod, **metadata: dict[str, str]) -> None:
        """Add `labels` and `annotations` to the pod, if it is still there."""
        try:
            patiently(self._core.patch_namespaced_pod, pod.metadata.name, self._namespace, {"metadata": metadata})
        except ApiException as error:
            if error.status != NOT_FOUND:
                raise

    def delete(self, pod: k8s.V1Pod, *, unchanged: bool = False) -> bool:
        """Delete this very pod; return False if it is gone, or with `unchanged` if it is not in the given state."""
        condition = k8s.V1Preconditions(
            uid=pod.metadata.uid, resource_version=pod.metadata.resource_version if unchanged else None
        )
        try:
            patiently(
                self._core.delete_namespaced_pod,
                pod.metadata.name,
                self._namespace,
                body=k8s.V1DeleteOptions(preconditions=condition),
                seconds=KILL_SECONDS if unchanged else _AWAY_SECONDS,
                # The answer is the whole pod once more.
                _preload_content=False,
            ).drain_conn()
        except ApiException as error:
            if error.status in {NOT_FOUND, CONFLICT}:
                return False
            raise
        return True

    def open_log(self, name: str, since_seconds: int | None) -> Any:
        """Return the response that streams a pod's log, each line with its time; it ends with the container."""
        return patiently(
            self._core.read_namespaced_pod_log,
            name,
            self._namespace,
            follow=True,
            timestamps=True,
            since_seconds=since_seconds,
            _preload_content=False,
            # No line for hours is no fault, and a broken connection is noticed by TCP's keepalive.
            _request_timeout=(_CONNECT_SECONDS, None),
        )

    def events(self, pod: k8s.V1Pod) -> list[str]:
        """Return the last events of the pod, each on a line; empty when they cannot be read."""
        try:
            found = self._core.list_namespaced_event(
                self._namespace, field_selector=f"involvedObject.uid={pod.metadata.uid}"
            ).items
        except (ApiException, HTTPError):
            return []
        return [f"{event.type} {event.reason}: {event.message}" for event in found[-_MOST_EVENTS:]]


def reason_of(error: ApiException) -> str:
    """Return the API server's own words for a refusal."""
    return _said("message", error) or f"HTTP {error.status} {error.reason}"


def _is_conflict(error: BaseException, reason: str) -> bool:
    return isinstance(error, ApiException) and error.status == CONFLICT and _said("reason", error) == reason


def _said(member: str, error: ApiException) -> str:
    """Return a member of the Status with which the API server refused, empty if it said nothing of the kind."""
    try:
        return str(json.loads(error.body)[member])
    except (TypeError, ValueError, KeyError):
        return ""
