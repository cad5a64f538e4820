"""The local clusters: their names, their ports on this host, and how kind is to make them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from k8s import host
from k8s.errors import ClusterError

_AIRFLOW, _DBT_DOCS, _SOURCES, _POSTGRES, _OBJECT_STORE = 30080, 30081, 30082, 30432, 30900

PORTS = {
    "podflow": {_AIRFLOW: 8080, _DBT_DOCS: 8081, _SOURCES: 8082, _POSTGRES: 15432, _OBJECT_STORE: 19000},
    "podflow-test": {_AIRFLOW: 18080, _DBT_DOCS: 18081, _SOURCES: 18082, _POSTGRES: 25432, _OBJECT_STORE: 29000},
}
"""The clusters there are: NodePort in the cluster -> port on the host's 127.0.0.1."""


@dataclass(frozen=True)
class Addresses:
    """Where a cluster's services are reached from this host."""

    airflow: str
    dbt_docs: str
    sources: str
    postgres_port: int
    object_store: str


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

    def addresses(self) -> Addresses:
        """Return where the chart's services are reached from this host."""
        ports = self.ports()
        return Addresses(
            airflow=f"http://127.0.0.1:{ports[_AIRFLOW]}",
            dbt_docs=f"http://127.0.0.1:{ports[_DBT_DOCS]}",
            sources=f"http://127.0.0.1:{ports[_SOURCES]}",
            postgres_port=ports[_POSTGRES],
            object_store=f"http://127.0.0.1:{ports[_OBJECT_STORE]}",
        )


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
