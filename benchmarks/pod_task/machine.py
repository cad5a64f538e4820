"""What a figure was measured on."""

import json
import platform
from pathlib import Path

from k8s import host
from k8s.kubectl import Kubectl
from k8s.process import output


def describe(kubectl: Kubectl, airflow_version: str, checkout: Path) -> str:
    """Return one sentence: processor, memory, kernel and versions."""
    server = json.loads(kubectl.output("version", "--output", "json"))["serverVersion"]["gitVersion"]
    commit = output(["git", "-C", str(checkout), "rev-parse", "--short=10", "HEAD"]).strip()
    return (
        f"{host.cores()} cores ({_processor()}), {host.memory_gibibytes():.0f} GiB, Linux {platform.release()}, "
        f"kind with Kubernetes {server.removeprefix('v')}, Airflow {airflow_version} with the LocalExecutor, "
        f"podflow at {commit}"
    )


def _processor(info: Path = Path("/proc/cpuinfo")) -> str:
    names = [line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")]
    return names[0] if names else platform.machine()
