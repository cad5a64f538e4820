"""Whether a cluster is ready: the API server, the node, DNS and storage."""

from __future__ import annotations

import json
import time
from typing import Any

from k8s import process
from k8s.cluster import Cluster
from k8s.errors import ClusterError, CommandFailedError


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
    try:
        nodes = json.loads(process.output([*kubectl, "get", "nodes", "-o", "json"]))
        deployments = json.loads(process.output([*kubectl, "get", "deployments", "-A", "-o", "json"]))
    except CommandFailedError as error:
        return error.reason
    return unready_node(nodes) or unready_deployment(deployments)


def unready_node(nodes: dict[str, Any]) -> str | None:
    """Return the name of a node that is not ready, from `kubectl get nodes -o json`."""
    for node in nodes["items"]:
        conditions = {item["type"]: item["status"] for item in node["status"].get("conditions", [])}
        if conditions.get("Ready") != "True":
            return f"node {node['metadata']['name']} is not ready"
    return None if nodes["items"] else "there is no node"


def unready_deployment(deployments: dict[str, Any]) -> str | None:
    """Return which of the cluster's own deployments is not available, from `kubectl get deployments -A`."""
    available = {
        item["metadata"]["name"] for item in deployments["items"] if item["status"].get("availableReplicas", 0) > 0
    }
    for wanted in ("coredns", "local-path-provisioner"):
        if wanted not in available:
            return f"{wanted} is not available"
    return None
