"""The part of the Kubernetes API that PodTask uses: http_server.py speaks HTTP for it."""

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from tests.unit.podflow_dags.cluster import Cluster
from tests.unit.podflow_dags.journal import Change, Json, RefusedError


@dataclass
class Fault:
    """An answer to the next requests whose first line matches `pattern`."""

    pattern: str
    status: int
    message: str
    times: int
    reason: str


class ApiServer:
    """Answers for a cluster, and says what a test wants to be wrong."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.requests: list[str] = []
        """The first lines of all requests."""
        self.break_at: set[str] = set()
        """The connection breaks, once, in the middle of a piece of a stream that holds one of these."""
        self._faults: list[Fault] = []

    def refuse(
        self, pattern: str, status: int, message: str = "not now", times: int = 1, reason: str = "Refused"
    ) -> None:
        self._faults.append(Fault(pattern, status, message, times, reason))

    def relent(self) -> None:
        """Refuse nothing any more."""
        self._faults.clear()

    def asked(self, pattern: str) -> int:
        """Return how many requests had a first line like this."""
        return sum(bool(re.search(pattern, request)) for request in self.requests)

    def respond(self, method: str, path: str, body: Json) -> tuple[int, Json | Iterator[bytes]]:
        request = f"{method} {path}"
        self.requests.append(request)
        try:
            self._refuse_if_told(request)
            return 200, self._route(method, path, body)
        except RefusedError as refusal:
            return refusal.status, _status(refusal)

    def breaks(self, piece: bytes) -> bool:
        found = {text for text in self.break_at if text.encode() in piece}
        self.break_at -= found
        return bool(found)

    def _refuse_if_told(self, request: str) -> None:
        for fault in self._faults:
            if fault.times and re.search(fault.pattern, request):
                fault.times -= 1
                raise RefusedError(fault.status, fault.message, fault.reason)

    def _route(self, method: str, path: str, body: Json) -> Json | Iterator[bytes]:
        url = urlsplit(path)
        query = dict(parse_qsl(url.query))
        match url.path.split("/")[5:]:
            case ["pods"]:
                return self._pods(method, query, body)
            case ["pods", name]:
                return self._pod(method, name, body)
            case ["pods", name, "log"]:
                return _log(self.cluster, name, query)
            case ["events"]:
                return _events(self.cluster, query)
        raise RefusedError(404, f"{path} is not part of this API")

    def _pods(self, method: str, query: Json, body: Json) -> Json | Iterator[bytes]:
        if method == "POST":
            return self.cluster.create(body)
        return _watch(self.cluster, query) if "watch" in query else _list(self.cluster, query)

    def _pod(self, method: str, name: str, body: Json) -> Json:
        if method == "PATCH":
            return self.cluster.change(name, lambda pod: _merge(pod["metadata"], body["metadata"]))
        if method == "DELETE":
            return self.cluster.delete(name, body.get("preconditions", {}))
        return self.cluster.read(name)


def _list(cluster: Cluster, query: Json) -> Json:
    label, _, value = query.get("labelSelector", "").partition("=")
    name = query.get("fieldSelector", "").removeprefix("metadata.name=")
    with cluster.journal.changed:
        pods = [pod for pod in cluster.pods.values() if not label or pod["metadata"]["labels"].get(label) == value]
        found = [pod for pod in pods if name in {"", pod["metadata"]["name"]}]
        return {"metadata": {"resourceVersion": str(cluster.journal.version)}, "items": found}


def _watch(cluster: Cluster, query: Json) -> Iterator[bytes]:
    name = query["fieldSelector"].removeprefix("metadata.name=")
    seconds = int(query["timeoutSeconds"]) / cluster.hurry
    try:
        for change in cluster.journal.watch(name, int(query["resourceVersion"]), seconds):
            yield _line(change)
    except RefusedError as refusal:
        # A watch has been answered with 200 by then.
        yield _line(Change(0, "ERROR", _status(refusal)))


def _log(cluster: Cluster, name: str, query: Json) -> Iterator[bytes]:
    if not cluster.has_log(name):
        raise RefusedError(400, f'container "base" in pod "{name}" is waiting to start: ContainerCreating')
    since = time.time() - int(query["sinceSeconds"]) if "sinceSeconds" in query else 0
    return cluster.journal.log(cluster.read(name)["metadata"]["uid"], since)


def _events(cluster: Cluster, query: Json) -> Json:
    uid = query["fieldSelector"].removeprefix("involvedObject.uid=")
    return {"items": [event for event in cluster.events if event["involvedObject"]["uid"] == uid]}


def _line(change: Change) -> bytes:
    return json.dumps({"type": change.kind, "object": change.pod}).encode() + b"\n"


def _merge(into: Json, metadata: dict[str, Json]) -> None:
    for key, values in metadata.items():
        into[key] = into.get(key, {}) | values


def _status(refusal: RefusedError) -> Json:
    return {"kind": "Status", "code": refusal.status, "reason": refusal.reason, "message": str(refusal)}
