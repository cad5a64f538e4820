"""The example sources: on the local cluster their APIs are where its connections say."""

from urllib.parse import urlsplit

import pytest
import yaml

from tests.chart.rendering import KIND_VALUES, Rendered, render
from tests.chart.test_network import clients

CONNECTIONS = yaml.safe_load(KIND_VALUES.read_text())["connections"]


@pytest.mark.parametrize("connection", ["retail_api", "spacex_api"])
def test_the_connections_of_the_local_cluster_lead_to_the_service(kind: Rendered, connection: str) -> None:
    address = urlsplit(CONNECTIONS[connection])
    service = kind.get("Service", str(address.hostname))
    assert [port["port"] for port in service["spec"]["ports"]] == [address.port]
    assert service["spec"]["ports"][0]["nodePort"] == 30082


def test_the_apis_need_neither_secrets_nor_a_file_system(kind: Rendered) -> None:
    pod = kind.get("Deployment", "podflow-sources-api")["spec"]["template"]["spec"]
    [container] = pod["containers"]
    assert container["args"] == ["serve"]
    assert not {"env", "envFrom", "volumeMounts"} & container.keys()


def test_the_service_does_not_reach_the_pod_that_delivers(kind: Rendered) -> None:
    selector = kind.get("Service", "podflow-sources-api")["spec"]["selector"]
    [job] = [job for job in kind.of_kind("Job") if "-sources-" in job["metadata"]["name"]]
    assert not selector.items() <= job["spec"]["template"]["metadata"]["labels"].items()


def test_within_a_cluster_only_tasks_use_the_apis() -> None:
    files = {"forex_files": "s3://sources/forex", "logistics_files": "s3://sources/logistics"}
    rendered = render({"sources": {"enabled": True}, "connections": files})
    assert clients(rendered, "sources-api", 8080) == {"task"}


def test_without_sources_there_are_no_apis(default: Rendered) -> None:
    assert "podflow-sources-api" not in default.names("Deployment") | default.names("Service")
