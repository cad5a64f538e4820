"""DAG files that are no part of the image: published as a ConfigMap, seen by Airflow as a bundle of their own."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from k8s.errors import ClusterError
from k8s.kubectl import Kubectl

BUNDLES = "/opt/airflow/bundles"
# A ConfigMap is mounted with its files three times over, twice in folders that begin with two dots; walking all of
# them, Airflow stops with "Detected recursive loop".
_IGNORED = "..*\n"
_IMAGE_BUNDLE = {"name": "podflow", "kwargs": {"path": "/opt/airflow/dags"}}
_LOCAL = "airflow.dag_processing.bundles.local.LocalDagBundle"


class NoDagFilesError(ClusterError):
    """A folder was to be published that has no Python files."""


def publish(kubectl: Kubectl, bundle: str, folder: Path) -> str:
    """Make the ConfigMap podflow-dags-<bundle> of the folder's *.py files; return the values (YAML) that mount it.

    Airflow has the DAGs beside those of the image from the next `deploy(name, values)` on, until one without them.
    The namespace must exist.

    Raises:
        NoDagFilesError: the folder has no *.py file.
        CommandFailedError: the API server refuses it, for example because it is larger than 1 MiB.
    """
    files = {file.name: file.read_text() for file in sorted(folder.glob("*.py"))}
    if not files:
        raise NoDagFilesError(f"{folder} has no *.py files to publish as DAG bundle {bundle!r}")
    kubectl.apply(json.dumps(_config_map(kubectl.namespace, bundle, files)))
    return json.dumps({"airflow": _values(bundle, files)}, indent=2) + "\n"


def _config_map(namespace: str, bundle: str, files: dict[str, str]) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": _config_map_name(bundle), "namespace": namespace},
        "data": {**files, ".airflowignore": _IGNORED},
    }


def _config_map_name(bundle: str) -> str:
    return f"podflow-dags-{bundle}"


def _values(bundle: str, files: dict[str, str]) -> dict[str, Any]:
    # Pods see another content of a ConfigMap a minute late; another name of the volume restarts them.
    volume = f"dags-{bundle}-{hashlib.sha256(json.dumps(files).encode()).hexdigest()[:8]}"
    path = f"{BUNDLES}/{bundle}"
    published = {"name": bundle, "kwargs": {"path": path}}
    return {
        "dagBundles": [{**each, "classpath": _LOCAL} for each in (_IMAGE_BUNDLE, published)],
        "volumes": [{"name": volume, "configMap": {"name": _config_map_name(bundle)}}],
        "volumeMounts": [{"name": volume, "mountPath": path, "readOnly": True}],
    }
