"""The result that a pod leaves: one JSON object in its termination message."""

import json
from typing import Any

from kubernetes.client import models as k8s

from podflow_dags.pod_state import message

RESULT_LIMIT = 4096
"""Bytes of a termination message that Kubernetes keeps; it cuts off the rest without a word."""


class ResultError(ValueError):
    """A pod ended well, but what it left as its result breaks the contract."""


def result_of(pod: k8s.V1Pod) -> dict[str, Any] | None:
    """Return the JSON object that the pod left as termination message, None if it left none.

    Raises:
        ResultError: the message is no JSON object, for example because it was cut off.
    """
    left = message(pod)
    if not left:
        return None
    try:
        result = json.loads(left)
    except ValueError:
        cut = " It was cut off:" if len(left.encode()) >= RESULT_LIMIT else ""
        raise ResultError(
            f"pod {pod.metadata.name}: the result is no JSON.{cut} a result is one JSON object of at most "
            f"{RESULT_LIMIT} bytes, this one begins with {left[:80]!r}"
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
