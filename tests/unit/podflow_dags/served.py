"""A cluster with its API server, for the real client, and PodTask in front of it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from kubernetes.client import ApiClient, Configuration, CoreV1Api

from podflow_dags.pod_task import PodTask
from tests.unit.podflow_dags.api_server import ApiServer
from tests.unit.podflow_dags.cluster import Cluster
from tests.unit.podflow_dags.http_server import HttpServer


def _client(address: str) -> ApiClient:
    configuration = Configuration(host=address)
    # Of the machine, which the client takes from the environment.
    configuration.proxy = None
    return ApiClient(configuration)


@dataclass
class Served:
    """A cluster with its API server."""

    cluster: Cluster
    api: ApiServer
    http: HttpServer

    def put_behind_pod_task(self, monkeypatch: pytest.MonkeyPatch) -> Cluster:
        hook = SimpleNamespace(is_in_cluster=False, core_v1_client=CoreV1Api(self.cluster.api_client))
        monkeypatch.setattr(PodTask, "hook", hook)
        return self.cluster

    def end_logs(self) -> None:
        """Let the threads that still read a log find that there is no pod any more."""
        self.api.relent()
        self.cluster.pods.clear()
        self.cluster.journal.close()
        for thread in threading.enumerate():
            if "(_follow)" in thread.name:
                thread.join()


@contextmanager
def serving(cluster: Cluster) -> Iterator[Served]:
    """Serve the cluster's API, and give the cluster a client that knows where."""
    api = ApiServer(cluster)
    http = HttpServer(api)
    http.start()
    cluster.api_client = _client(http.address)
    try:
        yield Served(cluster, api, http)
    finally:
        cluster.journal.close()
        http.stop()
        cluster.api_client.rest_client.pool_manager.clear()
