"""When and on what a task was measured: the machine, and what runs on it."""

import json

from benchmarks.machine import measured
from k8s.kubectl import Kubectl


def measured_on_cluster(kubectl: Kubectl, airflow_version: str) -> str:
    """Return how the section begins: `measured` with the versions of Kubernetes and Airflow."""
    server = json.loads(kubectl.output("version", "--output", "json"))["serverVersion"]["gitVersion"]
    airflow = f"Airflow {airflow_version} with the LocalExecutor"
    return measured(f"kind with Kubernetes {server.removeprefix('v')}", airflow)
