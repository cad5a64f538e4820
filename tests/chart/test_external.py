"""Servers of somebody else: the chart's own are left out, and tasks are pointed elsewhere."""

import base64

import pytest

from tests.chart.rendering import Manifest, Rendered, RenderError, render
from tests.chart.test_tasks import tasks


def test_no_server_of_ones_own_is_left(external: Rendered) -> None:
    assert external.names("StatefulSet") == {"podflow-airflow-scheduler"}
    components = {pod["metadata"]["labels"]["app.kubernetes.io/component"] for _, pod in external.pods()}
    assert not components & {"postgres", "kafka", "kafka-setup"}


def test_tasks_use_the_external_secrets(external: Rendered) -> None:
    assert tasks(external)["env_from_secrets"] == {
        "ingest": [
            "their-ingest",
            "podflow-landing",
            "their-s3",
            "podflow-connections",
            "podflow-kafka-sink",
            "their-sink",
        ],
        "dbt": ["their-dbt", "podflow-landing", "their-s3"],
        "producer": ["podflow-kafka-producer", "their-producer"],
        "sources": ["podflow-landing", "their-s3", "podflow-connections"],
    }


def test_the_landing_zone_is_the_external_one(external: Rendered) -> None:
    data = external.get("Secret", "podflow-landing")["data"]
    assert {key: base64.b64decode(value) for key, value in data.items()} == {
        "LANDING_URL": b"s3://their-bucket/podflow"
    }


def test_airflow_uses_the_external_database(external: Rendered) -> None:
    for name, container in external.containers():
        if container.get("command", [""])[0] == "airflow":
            secrets = [each["secretRef"]["name"] for each in container["envFrom"] if "secretRef" in each]
            assert "their-airflow" in secrets, name


@pytest.mark.parametrize(
    ("values", "remedy"),
    [
        ({"postgres": {"enabled": False}}, "externalDatabase.existingSecrets."),
        ({"kafka": {"enabled": False}}, "externalKafka.bootstrapServers"),
        ({"kafka": {"enabled": False}, "externalKafka": {"bootstrapServers": "a:1"}}, "externalKafka.existingSecrets."),
        ({"objectStore": {"enabled": False}}, "objectStore.existingSecret"),
        ({"sources": {"enabled": True}}, "connections.forex_files"),
        ({"sources": {"enabled": True}, "connections": {"forex_files": "s3://a"}}, "connections.logistics_files"),
    ],
)
def test_what_is_missing_is_named(values: Manifest, remedy: str) -> None:
    with pytest.raises(RenderError, match=remedy):
        render(values)
