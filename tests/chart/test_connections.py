"""Secrets of source systems: from a Secret of the installation into the pods that ingest, and into no others."""

from typing import Any

from kubernetes.client import ApiClient

from podflow_dags.pod_spec import operator_arguments
from podflow_dags.settings import TaskSettings
from tests.chart.rendering import Rendered, render
from tests.chart.test_tasks import tasks


def secrets_of(rendered: Rendered, image: str) -> list[str]:
    """The Secrets whose keys, all of them, are the environment of an image's task pods."""
    arguments: dict[str, Any] = operator_arguments(TaskSettings.model_validate(tasks(rendered)), image, "small")
    sources = [ApiClient().sanitize_for_serialization(source) for source in arguments["env_from"]]
    # Neither a prefix nor a choice of keys: CONNECTION_HEADERS__* arrive as they stand in the Secret.
    assert all(source.keys() == {"secretRef"} and source["secretRef"].keys() == {"name"} for source in sources)
    return [source["secretRef"]["name"] for source in sources]


def test_a_secret_with_urls_and_headers_is_the_environment_of_ingest_pods() -> None:
    rendered = render({"connectionsSecret": "shop-connections"})
    assert "shop-connections" in secrets_of(rendered, "ingest")
    assert "podflow-connections" not in secrets_of(rendered, "ingest")
    assert "podflow-connections" not in rendered.names("Secret")


def test_pods_that_do_not_ingest_have_no_secret_of_a_source() -> None:
    rendered = render({"connectionsSecret": "shop-connections"})
    for image in ("dbt", "producer"):
        assert "shop-connections" not in secrets_of(rendered, image)
    assert not any("shop-connections" in str(container) for _, container in rendered.containers())
