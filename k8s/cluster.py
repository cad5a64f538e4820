"""The kind cluster: made, started again, or made anew where it cannot be mended."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from k8s import host, process
from k8s.errors import ClusterError, CommandFailedError, HostNotReadyError
from k8s.progress import Progress

PORTS = {
    "podflow": {30080: 8080, 30432: 15432, 30900: 19000},
    "podflow-test": {30080: 18080, 30432: 25432, 30900: 29000},
}
"""The clusters there are: NodePort in the cluster -> port on the host's 127.0.0.1."""

_READY_SECONDS = 180.0
_RESTART_SECONDS = 90.0


class State(Enum):
    """What is there of a cluster before `up` does anything."""

    ABSENT = "absent"
    STOPPED = "stopped"
    RUNNING = "running"
    HALF_MADE = "half made"


@dataclass(frozen=True)
class Node:
    """The image that a cluster's node is made from, and whether it brings a network plugin of its own."""

    image: str
    has_own_network: bool


@dataclass(frozen=True)
class Cluster:
    """A kind cluster by its name, which is one of PORTS."""

    name: str

    @property
    def context(self) -> str:
        """Return the cluster's context in the user's kubeconfig."""
        return f"kind-{self.name}"

    @property
    def container(self) -> str:
        """Return the name of the container that is the cluster's one node."""
        return f"{self.name}-control-plane"

    @property
    def unfinished_mark(self) -> Path:
        """Return the file that exists while the cluster is being made."""
        return host.cache_directory() / "clusters" / f"{self.name}.unfinished"

    def ports(self) -> dict[int, int]:
        """Return the host's port for each published NodePort."""
        try:
            return PORTS[self.name]
        except KeyError:
            raise ClusterError(f"No cluster is called {self.name!r}: use {' or '.join(PORTS)}") from None


def state(cluster: Cluster) -> State:
    """Look at what is there of a cluster."""
    form = ["--format", "{{.State.Status}}"]
    try:
        status = process.output(["docker", "container", "inspect", cluster.container, *form]).strip()
    except CommandFailedError:
        return State.ABSENT
    return judge(status, is_unfinished=cluster.unfinished_mark.exists())


def judge(status: str, *, is_unfinished: bool) -> State:
    """Return a cluster's state from its container's status and from whether its making came to an end."""
    if is_unfinished:
        return State.HALF_MADE
    return State.RUNNING if status == "running" else State.STOPPED


def bring_up(cluster: Cluster, node: Node, progress: Progress) -> None:
    """Return with a cluster that is ready: as it is, started again, or made (anew)."""
    found = state(cluster)
    if found is State.RUNNING and is_ready(cluster):
        _export(cluster)
        return
    if found in {State.RUNNING, State.STOPPED}:
        try:
            with progress.step(f"Cluster {cluster.name}: starting what is {found.value}"):
                _restart(cluster, found)
            return
        except ClusterError as error:
            progress.note(f"Cluster {cluster.name} cannot be mended, making it anew: {str(error).splitlines()[0]}")
    if found is not State.ABSENT:
        delete(cluster)
    _check_ports(cluster)
    with progress.step(f"Cluster {cluster.name}: creating"):
        _create(cluster, node)


def delete(cluster: Cluster) -> None:
    """Delete a cluster with all that is in it; nothing happens where there is none."""
    process.run([_kind(), "delete", "cluster", "--name", cluster.name], _log(cluster))
    process.succeeds(["docker", "rm", "--force", "--volumes", cluster.container])
    cluster.unfinished_mark.unlink(missing_ok=True)


def is_ready(cluster: Cluster) -> bool:
    """Say whether the API server answers, the node is ready, and DNS and storage work."""
    return missing_part(cluster) is None


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


def configuration(cluster: Cluster, node: Node) -> dict[str, Any]:
    """Return kind's configuration; JSON is YAML, so that it needs no template."""
    kubelet = {
        "kind": "KubeletConfiguration",
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "failCgroupV1": False,
        "imageGCHighThresholdPercent": 100,
        "evictionHard": {"nodefs.available": "0%", "nodefs.inodesFree": "0%", "imagefs.available": "0%"},
    }
    mappings = [
        {"containerPort": inside, "hostPort": outside, "listenAddress": "127.0.0.1"}
        for inside, outside in cluster.ports().items()
    ]
    return {
        "kind": "Cluster",
        "apiVersion": "kind.x-k8s.io/v1alpha4",
        "name": cluster.name,
        "networking": {"apiServerAddress": "127.0.0.1", "disableDefaultCNI": node.has_own_network},
        "nodes": [
            {
                "role": "control-plane",
                "image": node.image,
                "extraPortMappings": mappings,
                "kubeadmConfigPatches": [json.dumps(kubelet)],
            }
        ],
    }


def _create(cluster: Cluster, node: Node) -> None:
    mark = cluster.unfinished_mark
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.touch()
    setting = process.Setting(standard_input=json.dumps(configuration(cluster, node)))
    process.run([_kind(), "create", "cluster", "--config", "-", "--retain"], _log(cluster), setting)
    _wait(lambda: missing_part(cluster), _READY_SECONDS)
    mark.unlink()


def _restart(cluster: Cluster, found: State) -> None:
    if found is State.STOPPED:
        process.run(["docker", "start", cluster.container], _log(cluster))
    _export(cluster)
    _wait(lambda: missing_part(cluster), _RESTART_SECONDS)


def _export(cluster: Cluster) -> None:
    process.run([_kind(), "export", "kubeconfig", "--name", cluster.name], _log(cluster))


def _wait(what_is_missing: Callable[[], str | None], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while (missing := what_is_missing()) is not None:
        if time.monotonic() > deadline:
            raise ClusterError(f"after {seconds:.0f} s {missing}")
        time.sleep(1)


def _check_ports(cluster: Cluster) -> None:
    for port in cluster.ports().values():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                raise HostNotReadyError(
                    f"Port {port} of 127.0.0.1 is taken: stop what listens there (`ss -ltnp`), then run this again"
                ) from None


def _kind() -> str:
    return str(host.tool_directory() / "kind")


def _log(cluster: Cluster) -> Path:
    return host.cache_directory() / "logs" / f"cluster-{cluster.name}.log"
