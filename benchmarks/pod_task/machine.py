"""What a figure was measured on."""

import json
from pathlib import Path

from benchmarks.machine import commit, hardware
from k8s.kubectl import Kubectl


def describe(kubectl: Kubectl, airflow_version: str, checkout: Path) -> str:
    """Return one sentence: processor, memory, kernel and versions."""
    server = json.loads(kubectl.output("version", "--output", "json"))["serverVersion"]["gitVersion"]
    return (
        f"{hardware()}, kind with Kubernetes {server.removeprefix('v')}, Airflow {airflow_version} with the "
        f"LocalExecutor, podflow at {commit(checkout)}"
    )
