"""tasks.json, by which PodTask learns of the installation, and the environment of task pods."""

import base64
import json
from typing import Any

from podflow_dags.settings import Preset, TaskSettings
from tests.chart.rendering import Rendered, render

WAREHOUSE = {"WAREHOUSE_HOST", "WAREHOUSE_PORT", "WAREHOUSE_DATABASE", "WAREHOUSE_USER", "WAREHOUSE_PASSWORD"}

KAFKA = {
    "KAFKA_BOOTSTRAP_SERVERS",
    "KAFKA_SECURITY_PROTOCOL",
    "KAFKA_SASL_MECHANISM",
    "KAFKA_SASL_USERNAME",
    "KAFKA_SASL_PASSWORD",
}


def tasks(rendered: Rendered) -> dict[str, Any]:
    settings: dict[str, Any] = json.loads(rendered.get("ConfigMap", "podflow-tasks")["data"]["tasks.json"])
    return settings


def environment(rendered: Rendered, image: str) -> dict[str, str]:
    """What a task of the image gets from its Secrets."""
    data: dict[str, str] = {}
    for name in tasks(rendered)["env_from_secrets"][image]:
        data |= rendered.get("Secret", name)["data"]
    return {key: base64.b64decode(value).decode() for key, value in data.items()}


def test_it_has_the_keys_that_podtask_reads(default: Rendered) -> None:
    assert tasks(default).keys() == {
        "namespace",
        "environment",
        "images",
        "image_pull_policy",
        "image_pull_secrets",
        "presets",
        "env_from_secrets",
        "labels",
        "service_account",
        "schedule_timeout_seconds",
        "start_timeout_seconds",
        "failed_pods_kept_seconds",
        "active_deadline_seconds",
        "node_selector",
        "tolerations",
        "priority_class_name",
    }


def test_numbers_stay_numbers(default: Rendered) -> None:
    assert tasks(default)["active_deadline_seconds"] == 3600
    assert tasks(default)["failed_pods_kept_seconds"] == 86400


def test_podtask_reads_a_preset_with_everything_it_may_say() -> None:
    heavy = {
        "requests": {"cpu": 2, "memory": "4Gi"},
        "limits": {"memory": "8Gi"},
        "pool": "heavy",
        "priorityWeight": 10,
        "activeDeadlineSeconds": 86400,
        "nodeSelector": {"size": "big"},
        "tolerations": [{"key": "spot", "operator": "Exists", "tolerationSeconds": 5}],
        "priorityClassName": "low",
    }
    settings = TaskSettings.model_validate(tasks(render({"tasks": {"presets": {"heavy": heavy}}})))
    assert settings.presets["heavy"] == Preset(
        requests={"cpu": "2", "memory": "4Gi"},
        limits={"memory": "8Gi"},
        pool="heavy",
        priority_weight=10,
        active_deadline_seconds=86400,
        node_selector={"size": "big"},
        tolerations=({"key": "spot", "operator": "Exists", "tolerationSeconds": 5},),
        priority_class_name="low",
    )


def test_a_checkout_without_a_cluster_has_the_charts_defaults(default: Rendered) -> None:
    of_the_installation = {"images", "image_pull_policy", "env_from_secrets", "labels", "service_account"}
    chart = TaskSettings.model_validate(tasks(default))
    assert chart.model_dump(exclude=of_the_installation) == TaskSettings().model_dump(exclude=of_the_installation)


def test_images_carry_registry_and_tag() -> None:
    images = {"registry": "registry.example.com/team", "tag": "1.2", "dbt": {"tag": "sha256:abc"}}
    found = tasks(render({"images": images}))["images"]
    assert found["ingest"] == "registry.example.com/team/podflow/ingest:1.2"
    assert found["dbt"] == "registry.example.com/team/podflow/dbt@sha256:abc"


def test_task_pods_run_as_an_account_without_rights(default: Rendered) -> None:
    account = tasks(default)["service_account"]
    assert default.get("ServiceAccount", account)["automountServiceAccountToken"] is False
    subjects = [subject["name"] for binding in default.of_kind("RoleBinding") for subject in binding["subjects"]]
    assert account not in subjects


def test_each_image_gets_the_environment_of_the_contract(kind: Rendered) -> None:
    ingest = environment(kind, "ingest")
    assert ingest.keys() >= WAREHOUSE | {"LANDING_URL", "AWS_ENDPOINT_URL", "AWS_REGION", "AWS_ALLOW_HTTP"}
    assert ingest["WAREHOUSE_USER"] == "ingest"
    assert ingest["LANDING_URL"] == "s3://landing"
    assert ingest["CONNECTIONS__FOREX_FILES"] == "s3://sources/forex"
    assert environment(kind, "dbt")["WAREHOUSE_USER"] == "dbt"
    assert environment(kind, "producer").keys() == KAFKA
    assert environment(kind, "producer")["KAFKA_SASL_USERNAME"] == "producer"
    assert ingest.keys() >= KAFKA
    assert ingest["KAFKA_SASL_USERNAME"] == "sink"


def test_dbt_knows_no_source_system(kind: Rendered) -> None:
    assert not any(key.startswith("CONNECTIONS__") for key in environment(kind, "dbt"))


def test_the_components_that_know_task_pods_see_it(default: Rendered) -> None:
    seeing = set()
    for name, container in default.containers():
        mounts = {mount["name"]: mount["mountPath"] for mount in container.get("volumeMounts", [])}
        if "tasks" in mounts:
            variables = {each["name"]: each.get("value") for each in container["env"]}
            assert variables["PODFLOW_TASKS_FILE"] == f"{mounts['tasks']}/tasks.json"
            seeing.add(name.rsplit("/", 1)[1])
    assert seeing == {"scheduler", "dag-processor", "triggerer", "cleanup"}


def test_who_forks_processes_that_run_dags_imports_ahead_what_they_need(default: Rendered) -> None:
    variables = {name: {each["name"] for each in container.get("env", [])} for name, container in default.containers()}
    ahead = {name.rsplit("/", 1)[1] for name, names in variables.items() if "PODFLOW_PRELOAD" in names}
    assert ahead == {"scheduler", "dag-processor"}
