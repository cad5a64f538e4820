"""Whether a cluster is ready: the API server, the node, DNS, storage and the network of services."""

from __future__ import annotations

import json
import time
from datetime import datetime
from typing import Any

from k8s import process
from k8s.cluster import Cluster
from k8s.errors import ClusterError, CommandFailedError

_PARTS = ("coredns", "kube-proxy", "local-path-provisioner")


def wait(cluster: Cluster, seconds: float) -> None:
    """Return once the cluster is ready; raises ClusterError with what is missing when it takes too long."""
    deadline = time.monotonic() + seconds
    while (missing := missing_part(cluster)) is not None:
        if time.monotonic() > deadline:
            raise ClusterError(f"after {seconds:.0f} s {missing}")
        time.sleep(1)


def missing_part(cluster: Cluster) -> str | None:
    """Return what is not ready yet, in words, or None."""
    kubectl = ["kubectl", "--context", cluster.context, "--request-timeout", "5s"]
    if not process.succeeds([*kubectl, "get", "--raw", "/readyz"], process.Setting(seconds=10)):
        return "the API server does not answer"
    started = ["docker", "container", "inspect", cluster.container, "--format", "{{.State.StartedAt}}"]
    try:
        nodes = json.loads(process.output([*kubectl, "get", "nodes", "-o", "json"]))
        pods = json.loads(process.output([*kubectl, "get", "pods", "-A", "-o", "json"]))
        since = moment(process.output(started))
    except CommandFailedError as error:
        return error.reason
    return unready_node(nodes) or unready_pod(pods, since)


def unready_node(nodes: dict[str, Any]) -> str | None:
    """Return the name of a node that is not ready, from `kubectl get nodes -o json`."""
    for node in nodes["items"]:
        conditions = {item["type"]: item["status"] for item in node["status"].get("conditions", [])}
        if conditions.get("Ready") != "True":
            return f"node {node['metadata']['name']} is not ready"
    return None if nodes["items"] else "there is no node"


def unready_pod(pods: dict[str, Any], since: datetime) -> str | None:
    """Return which part of the cluster has no pod that is ready, from `kubectl get pods -A -o json`.

    Just after a restart the API server still tells what was so before; only containers that were started
    `since` the node was count.
    """
    ready = [pod["metadata"]["name"] for pod in pods["items"] if _is_ready(pod, since)]
    for part in _PARTS:
        if not any(name.startswith(f"{part}-") for name in ready):
            return f"{part} is not ready"
    return None


def moment(text: str) -> datetime:
    """Parse the times of Docker (nanoseconds) and of Kubernetes (whole seconds), to whole seconds."""
    return datetime.fromisoformat(text.strip()[:19] + "+00:00")


def _is_ready(pod: dict[str, Any], since: datetime) -> bool:
    containers = pod["status"].get("containerStatuses", [])
    starts = [container["state"].get("running", {}).get("startedAt") for container in containers]
    fresh = all(start is not None and moment(start) >= since for start in starts)
    return bool(containers) and fresh and all(container["ready"] for container in containers)
