"""Where a local cluster's services answer on the host: kind maps the NodePorts of k8s/values/kind.yaml."""

from dataclasses import dataclass

from k8s.cluster import Cluster

_AIRFLOW, _POSTGRES, _OBJECT_STORE = 30080, 30432, 30900


@dataclass(frozen=True)
class Addresses:
    """URLs of Airflow and the object store, and Postgres' port on localhost."""

    airflow: str
    postgres_port: int
    object_store: str


def of(cluster: Cluster) -> Addresses:
    """Return the addresses of a cluster's services."""
    ports = cluster.ports()
    return Addresses(
        airflow=f"http://localhost:{ports[_AIRFLOW]}",
        postgres_port=ports[_POSTGRES],
        object_store=f"http://localhost:{ports[_OBJECT_STORE]}",
    )
