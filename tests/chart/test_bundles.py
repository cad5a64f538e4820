"""Volumes that the values add to Airflow's pods, and DAGs that come by them."""

import json
from pathlib import Path

from k8s.dag_bundles import publish
from k8s.kubectl import Kubectl
from tests.chart.rendering import Manifest, Rendered, render

BY_CLAIM = {
    "airflow": {
        "volumes": [{"name": "ca", "configMap": {"name": "company-ca"}}],
        "volumeMounts": [{"name": "ca", "mountPath": "/etc/company", "readOnly": True}],
    }
}


class Nowhere(Kubectl):
    """A cluster that takes everything."""

    def apply(self, manifest: str) -> None:
        pass


def published(tmp_path: Path) -> Manifest:
    (tmp_path / "chain.py").write_text("")
    values: Manifest = json.loads(publish(Nowhere("kind", "podflow"), "bench", tmp_path))
    return values


def bundles(rendered: Rendered) -> list[Manifest]:
    settings = rendered.get("ConfigMap", "podflow-airflow-config")["data"]
    found: list[Manifest] = json.loads(settings["AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST"])
    return found


def test_every_container_of_airflow_has_the_volumes_of_the_values() -> None:
    rendered = render(BY_CLAIM)
    for name, container in rendered.containers():
        mounted = "/etc/company" in {mount["mountPath"] for mount in container.get("volumeMounts", [])}
        assert mounted == (name.split("podflow-")[1].startswith("airflow-")), name


def test_every_mount_has_its_volume_and_only_once(default: Rendered) -> None:
    for rendered in (default, render(BY_CLAIM)):
        for name, pod in rendered.pods():
            claims = {"logs", "data"} if "StatefulSet" in name else set()
            volumes = [volume["name"] for volume in pod["spec"].get("volumes", [])]
            assert len(volumes) == len(set(volumes)), name
            for container in pod["spec"]["containers"]:
                mounts = [mount["name"] for mount in container.get("volumeMounts", [])]
                assert set(mounts) <= {*volumes, *claims}, name


def test_a_published_bundle_comes_beside_that_of_the_image(default: Rendered, tmp_path: Path) -> None:
    found = bundles(render(published(tmp_path)))
    assert found[:1] == bundles(default)
    assert found[1]["name"] == "bench"


def test_those_who_run_dags_see_the_published_files(tmp_path: Path) -> None:
    rendered = render(published(tmp_path))
    for name, pod in rendered.servers():
        if name.endswith(("-scheduler", "-dag-processor")):
            mounts = {mount["mountPath"] for mount in pod["spec"]["containers"][0]["volumeMounts"]}
            assert "/opt/airflow/bundles/bench" in mounts, name
