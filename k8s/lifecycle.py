"""A kind cluster is made, started again, made anew where it cannot be mended, and deleted."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterable
from enum import Enum
from pathlib import Path

from k8s import host, process, readiness
from k8s.cluster import Cluster, Node, configuration
from k8s.errors import ClusterError, CommandFailedError, HostNotReadyError
from k8s.progress import Progress

_NEW_SECONDS = 180.0
_MENDED_SECONDS = 180.0  # generous: what is not mended loses its data


class State(Enum):
    """What is there of a cluster."""

    ABSENT = "absent"
    STOPPED = "stopped"
    RUNNING = "running"
    HALF_MADE = "half made"


def state(cluster: Cluster) -> State:
    """Look at what is there of a cluster."""
    form = ["--format", "{{.State.Status}}"]
    try:
        status = process.output(["docker", "container", "inspect", cluster.container, *form]).strip()
    except CommandFailedError:
        status = None
    return judge(status, is_unfinished=cluster.unfinished_mark.exists())


def image_of(cluster: Cluster) -> str:
    """Return the image that an existing cluster's node was made from."""
    return process.output(
        ["docker", "container", "inspect", cluster.container, "--format", "{{.Config.Image}}"]
    ).strip()


def judge(status: str | None, *, is_unfinished: bool) -> State:
    """Return the state that the status of a node's container (None: there is none) and a mark come to.

    The mark says that making the cluster was begun and has not ended.
    """
    if status is None:
        return State.ABSENT
    if is_unfinished:
        return State.HALF_MADE
    return State.RUNNING if status == "running" else State.STOPPED


def bring_up(cluster: Cluster, node: Node, progress: Progress) -> None:
    """Return with a cluster that is ready: as it is, started again, or made (anew)."""
    found = state(cluster)
    if found in {State.RUNNING, State.STOPPED} and _is_mended(cluster, found, progress):
        _tell_of_missing_ports(cluster, progress)
        return
    if found is not State.ABSENT:
        with progress.step(f"Cluster {cluster.name}: deleting what is {found.value}"):
            delete(cluster)
    check_ports(cluster.ports().values())
    with progress.step(f"Cluster {cluster.name}: creating"):
        _create(cluster, node)


def delete(cluster: Cluster) -> None:
    """Delete a cluster with all that is in it; nothing happens where there is none."""
    process.run([_kind(), "delete", "cluster", "--name", cluster.name], _log(cluster))
    cluster.unfinished_mark.unlink(missing_ok=True)


def _is_mended(cluster: Cluster, found: State, progress: Progress) -> bool:
    if found is State.RUNNING and _has_kubeconfig(cluster) and readiness.missing_part(cluster) is None:
        return True
    try:
        with progress.step(f"Cluster {cluster.name}: mending what is {found.value}"):
            _restart(cluster, found)
    except ClusterError as error:
        reason = str(error).splitlines()[0]
        progress.note(f"Cluster {cluster.name} is not to be mended ({reason}): making it anew")
        return False
    return True


def _restart(cluster: Cluster, found: State) -> None:
    if found is State.STOPPED:
        process.run(["docker", "start", cluster.container], _log(cluster))
    process.run([_kind(), "export", "kubeconfig", "--name", cluster.name], _log(cluster))
    readiness.wait(cluster, _MENDED_SECONDS)


def _create(cluster: Cluster, node: Node) -> None:
    mark = cluster.unfinished_mark
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.touch()
    setting = process.Setting(standard_input=json.dumps(configuration(cluster, node)))
    # A node that fails is kept, so that its logs can be read; the next call deletes it by the mark.
    process.run([_kind(), "create", "cluster", "--config", "-", "--retain"], _log(cluster), setting)
    readiness.wait(cluster, _NEW_SECONDS)
    mark.unlink()


def _has_kubeconfig(cluster: Cluster) -> bool:
    return process.succeeds([_kind(), "export", "kubeconfig", "--name", cluster.name])


def unpublished(ports: dict[int, int], bindings: str) -> dict[int, int]:
    """Return the ports without one of a container's bindings (Docker's HostConfig.PortBindings, as JSON)."""
    published = {int(port.partition("/")[0]) for port in json.loads(bindings)}
    return {inside: outside for inside, outside in ports.items() if inside not in published}


def _tell_of_missing_ports(cluster: Cluster, progress: Progress) -> None:
    form = ["--format", "{{json .HostConfig.PortBindings}}"]
    bindings = process.output(["docker", "container", "inspect", cluster.container, *form])
    for inside, outside in unpublished(cluster.ports(), bindings).items():
        progress.note(
            f"Cluster {cluster.name} was made before NodePort {inside} was published as {outside}: use `kubectl "
            "port-forward`, or delete it with its data (`make kind-down`) and make it anew"
        )


def check_ports(ports: Iterable[int]) -> None:
    """Raise HostNotReadyError where something listens on one of these ports of this host's loopback."""
    for port in ports:
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
