"""Published DAG files: what the cluster gets, what the chart gets, and what Airflow makes of the mount."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from airflow.utils.file import list_py_file_paths

from k8s.dag_bundles import NoDagFilesError, publish
from k8s.kubectl import Kubectl


@dataclass(frozen=True)
class Applied(Kubectl):
    """A cluster that keeps what is applied to it."""

    manifests: list[dict[str, Any]] = field(default_factory=list)

    def apply(self, manifest: str) -> None:
        self.manifests.append(json.loads(manifest))


@pytest.fixture
def kubectl() -> Applied:
    return Applied("kind-podflow-test", "podflow")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    dags = tmp_path / "dags"
    dags.mkdir()
    (dags / "chain.py").write_text("from airflow.sdk import DAG\n\nDAG('chain')\n")
    (dags / "notes.md").write_text("no DAG")
    return dags


def mounted(config_map: dict[str, Any], parent: Path) -> Path:
    """Lay the ConfigMap out as the kubelet does: the real files in a dated folder, links to them twice."""
    mount = parent / "mount"
    (mount / "..2026_01_01").mkdir(parents=True)
    (mount / "..data").symlink_to("..2026_01_01")
    for name, text in config_map["data"].items():
        (mount / "..2026_01_01" / name).write_text(text)
        (mount / name).symlink_to(f"..data/{name}")
    return mount


def test_the_python_files_are_in_the_config_map(kubectl: Applied, folder: Path) -> None:
    publish(kubectl, "bench", folder)
    [config_map] = kubectl.manifests
    assert config_map["metadata"] == {"name": "podflow-dags-bench", "namespace": "podflow"}
    assert config_map["data"].keys() == {"chain.py", ".airflowignore"}


def test_airflow_finds_each_file_of_the_mount_once(kubectl: Applied, folder: Path, tmp_path: Path) -> None:
    publish(kubectl, "bench", folder)
    mount = mounted(kubectl.manifests[0], tmp_path)
    assert list_py_file_paths(mount) == [str(mount / "chain.py")]


def test_the_bundle_stands_where_the_config_map_is_mounted(kubectl: Applied, folder: Path) -> None:
    airflow = json.loads(publish(kubectl, "bench", folder))["airflow"]
    [volume], [mount] = airflow["volumes"], airflow["volumeMounts"]
    assert volume["configMap"] == {"name": kubectl.manifests[0]["metadata"]["name"]}
    assert mount["name"] == volume["name"]
    assert [bundle["name"] for bundle in airflow["dagBundles"]] == ["podflow", "bench"]
    assert airflow["dagBundles"][1]["kwargs"]["path"] == mount["mountPath"] == "/opt/airflow/bundles/bench"


def test_only_other_content_restarts_pods(kubectl: Applied, folder: Path) -> None:
    before = publish(kubectl, "bench", folder)
    assert publish(kubectl, "bench", folder) == before
    (folder / "chain.py").write_text("# nothing any more\n")
    assert publish(kubectl, "bench", folder) != before


def test_a_folder_without_dags_is_refused_by_its_name(kubectl: Applied, tmp_path: Path) -> None:
    with pytest.raises(NoDagFilesError, match=str(tmp_path)):
        publish(kubectl, "bench", tmp_path)
