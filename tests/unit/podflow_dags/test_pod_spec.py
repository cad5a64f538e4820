import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk import DAG
from kubernetes.client import ApiClient, Configuration

from podflow_dags.pod_spec import UnknownNameError, operator_arguments, share
from podflow_dags.pod_task import PodTask
from podflow_dags.settings import TaskSettings, task_settings

FILE: dict[str, Any] = {
    "namespace": "books",
    "images": {"ingest": "registry.example/podflow/ingest:1"},
    "image_pull_policy": "Always",
    "image_pull_secrets": ["registry"],
    "presets": {
        "small": {"requests": {"cpu": "1m", "memory": "1Mi"}, "limits": {"cpu": "2m", "memory": "2Mi"}},
        "heavy": {
            "requests": {"cpu": "1"},
            "limits": {"cpu": "2"},
            "pool": "heavy",
            "priority_weight": 7,
            "active_deadline_seconds": 600,
            "node_selector": {"size": "big"},
            "tolerations": [],
            "priority_class_name": "high",
        },
    },
    "env_from_secrets": {"ingest": ["podflow-warehouse-ingest", "podflow-landing"]},
    "labels": {"app.kubernetes.io/part-of": "podflow"},
    "service_account": "podflow-task",
    "active_deadline_seconds": 60,
    "node_selector": {"disk": "fast"},
    "tolerations": [{"key": "spot", "operator": "Exists", "tolerationSeconds": 5}],
    "priority_class_name": "low",
}


@pytest.fixture
def pod(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    """The pod of a task as it goes to the API, where the chart's settings are FILE."""
    file = tmp_path / "tasks.json"
    file.write_text(json.dumps(FILE))
    monkeypatch.setenv("PODFLOW_TASKS_FILE", str(file))
    task_settings.cache_clear()
    with DAG("books__hourly", schedule=None):
        task = PodTask(task_id="load", args=["load", "chunk-1"])
    task_settings.cache_clear()
    task.name = "books-load"
    monkeypatch.setattr(PodTask, "hook", SimpleNamespace(is_in_cluster=False))
    return dict(ApiClient().sanitize_for_serialization(task.build_pod_request_obj()))


def test_the_pod_is_where_the_chart_says(pod: dict[str, Any]) -> None:
    spec = pod["spec"]
    assert pod["metadata"]["namespace"] == "books"
    assert pod["metadata"]["labels"]["app.kubernetes.io/part-of"] == "podflow"
    assert spec["serviceAccountName"] == "podflow-task"
    assert spec["nodeSelector"] == {"disk": "fast"}
    assert spec["tolerations"] == [{"key": "spot", "operator": "Exists", "tolerationSeconds": 5}]
    assert spec["priorityClassName"] == "low"
    assert spec["imagePullSecrets"] == [{"name": "registry"}]
    assert spec["activeDeadlineSeconds"] == 60


def test_the_container_is_what_image_and_preset_say(pod: dict[str, Any]) -> None:
    (container,) = pod["spec"]["containers"]
    assert container["image"] == "registry.example/podflow/ingest:1"
    assert container["imagePullPolicy"] == "Always"
    assert container["args"] == ["load", "chunk-1"]
    assert not container.get("command"), "the image's own entrypoint runs"
    assert container["resources"] == FILE["presets"]["small"]
    assert [source["secretRef"]["name"] for source in container["envFrom"]] == FILE["env_from_secrets"]["ingest"]


def test_the_pod_fits_pod_security_restricted(pod: dict[str, Any]) -> None:
    spec, (container,) = pod["spec"], pod["spec"]["containers"]
    assert spec["securityContext"] == {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
        "runAsNonRoot": True,
    }


def test_the_pod_can_write_to_tmp_only(pod: dict[str, Any]) -> None:
    assert pod["spec"]["volumes"] == [{"name": "tmp", "emptyDir": {}}]
    assert pod["spec"]["containers"][0]["volumeMounts"] == [{"name": "tmp", "mountPath": "/tmp"}]


def test_the_pod_knows_nothing_of_kubernetes(pod: dict[str, Any]) -> None:
    assert pod["spec"]["automountServiceAccountToken"] is False
    assert pod["spec"]["enableServiceLinks"] is False


def test_a_crash_leaves_the_end_of_the_log(pod: dict[str, Any]) -> None:
    assert pod["spec"]["containers"][0]["terminationMessagePolicy"] == "FallbackToLogsOnError"


def test_kubernetes_does_not_run_a_failed_pod_again(pod: dict[str, Any]) -> None:
    assert pod["spec"]["restartPolicy"] == "Never"


def test_what_a_preset_says_goes_before_the_installation() -> None:
    arguments = operator_arguments(TaskSettings.model_validate(FILE), "ingest", "heavy")
    assert arguments["active_deadline_seconds"] == 600
    assert arguments["node_selector"] == {"size": "big"}
    assert arguments["tolerations"] == []
    assert arguments["priority_class_name"] == "high"


def test_a_preset_places_the_task_in_a_pool_unless_the_dag_does() -> None:
    settings = TaskSettings.model_validate(FILE)
    heavy = operator_arguments(settings, "ingest", "heavy")
    assert (heavy["pool"], heavy["priority_weight"]) == ("heavy", 7)
    assert not {"pool", "priority_weight"} & operator_arguments(settings, "ingest", "small").keys()


@pytest.mark.parametrize(
    ("image", "preset", "message"),
    [
        ("inges", "small", "no image 'inges'; use one of: dbt, ingest, producer, sources"),
        ("ingest", "huge", "no preset 'huge'; use one of: large, medium, small"),
    ],
)
def test_an_unknown_name_is_refused_with_those_that_are_known(image: str, preset: str, message: str) -> None:
    with pytest.raises(UnknownNameError, match=message):
        operator_arguments(TaskSettings(), image, preset)


def test_a_settings_file_that_is_missing_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PODFLOW_TASKS_FILE", str(tmp_path / "nowhere.json"))
    task_settings.cache_clear()
    with pytest.raises(FileNotFoundError):
        task_settings()


def counted_configurations(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that gets an entry for each configuration of the client that is made or copied from now on."""
    made: list[str] = []
    monkeypatch.setattr(Configuration, "__init__", lambda *_: made.append("made"))
    monkeypatch.setattr(Configuration, "__deepcopy__", lambda *_: made.append("copied"))
    return made


def test_a_task_in_a_dag_file_makes_no_configuration_of_the_client(monkeypatch: pytest.MonkeyPatch) -> None:
    made = counted_configurations(monkeypatch)
    PodTask(task_id="load", args=["load"])
    assert made == []


def test_a_pod_has_the_configuration_of_its_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Configuration, "_default", None)
    monkeypatch.setattr(PodTask, "hook", SimpleNamespace(is_in_cluster=True))
    task = PodTask(task_id="load", args=["load"])
    share(Configuration())
    made = counted_configurations(monkeypatch)
    task.build_pod_request_obj()
    assert made == []
