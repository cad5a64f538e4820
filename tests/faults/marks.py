"""What pods left in the landing bucket: a proof of work for which neither Airflow nor Kubernetes is asked.

A mark is named <pod>.<nanoseconds>, after the pod and the moment at which it began: a deleted pod leaves its name free.
"""

import obstore
from obstore.store import S3Store

from k8s.cluster import Cluster
from k8s.kubectl import Kubectl


class Marks:
    """The marks of all runs."""

    def __init__(self, store: S3Store) -> None:
        self._store = store

    def began(self, run_id: str) -> list[str]:
        """The marks of those that began to work, in order for each name."""
        return self._marks(f"faults/{run_id}/began")

    def did(self, run_id: str) -> list[str]:
        """The marks of those that did their work to its end."""
        return self._marks(f"faults/{run_id}/did")

    def let_end(self, run_id: str) -> None:
        """Tell the pods of the run, present and future, to end their work."""
        obstore.put(self._store, f"faults/{run_id}/end/now", b"")

    def forget(self, run_id: str) -> None:
        """Delete the marks of the run."""
        if paths := self._paths(f"faults/{run_id}"):
            obstore.delete(self._store, paths)

    def _marks(self, prefix: str) -> list[str]:
        return sorted(path.rpartition("/")[2] for path in self._paths(prefix))

    def _paths(self, prefix: str) -> list[str]:
        return [each["path"] for batch in obstore.list(self._store, prefix) for each in batch]


def pod_of(mark: str) -> str:
    """The name of the pod that left the mark."""
    return mark.rpartition(".")[0]


def landing(cluster: Cluster, kubectl: Kubectl) -> S3Store:
    """The landing bucket of the chart's own object store, from this host."""
    return S3Store(
        "landing",
        endpoint=cluster.addresses().object_store,
        access_key_id=kubectl.secret("podflow-landing", "AWS_ACCESS_KEY_ID"),
        secret_access_key=kubectl.secret("podflow-landing", "AWS_SECRET_ACCESS_KEY"),
        region="us-east-1",
        client_options={"allow_http": True},
    )
