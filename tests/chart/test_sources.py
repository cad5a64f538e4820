"""The example sources: on the local cluster their APIs are where its connections say."""

from base64 import b64decode
from urllib.parse import urlsplit

import pytest
import yaml

from tests.chart.rendering import KIND_VALUES, Manifest, Rendered, render
from tests.chart.test_network import clients
from tests.chart.test_tasks import tasks

CONNECTIONS = yaml.safe_load(KIND_VALUES.read_text())["connections"]
FILES = {"forex_files": "s3://sources/forex", "logistics_files": "s3://sources/logistics"}


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
    for job in kind.of_kind("Job"):
        assert not selector.items() <= job["spec"]["template"]["metadata"]["labels"].items()


def test_within_a_cluster_only_tasks_use_the_apis() -> None:
    rendered = render({"sources": {"enabled": True}, "connections": FILES})
    assert clients(rendered, "sources-api", 8080) == {"task"}


def test_without_sources_there_are_no_apis(default: Rendered) -> None:
    assert "podflow-sources-api" not in default.names("Deployment") | default.names("Service")


def fill_job(rendered: Rendered) -> Manifest:
    [job] = [job for job in rendered.of_kind("Job") if "-sources-fill-" in job["metadata"]["name"]]
    return job


def test_the_database_olist_is_made_filled_and_known_to_ingest_pods(kind: Rendered) -> None:
    data = {
        key: b64decode(value).decode() for key, value in kind.get("Secret", "podflow-sources-olist")["data"].items()
    }
    password = data["OLIST_PASSWORD"]
    assert data["CONNECTIONS__OLIST"] == f"postgresql://olist:{password}@podflow-postgres:5432/olist"
    secrets = tasks(kind)["env_from_secrets"]
    # The later one counts: a connection olist of the values.
    assert secrets["ingest"].index("podflow-sources-olist") < secrets["ingest"].index("podflow-connections")
    assert "podflow-sources-olist" not in secrets["dbt"]
    [prepare] = kind.get("StatefulSet", "podflow-postgres")["spec"]["template"]["spec"]["initContainers"]
    [variable] = [each for each in prepare["env"] if each["name"] == "OLIST_PASSWORD"]
    assert variable["valueFrom"]["secretKeyRef"] == {"name": "podflow-sources-olist", "key": "OLIST_PASSWORD"}
    [container] = fill_job(kind)["spec"]["template"]["spec"]["containers"]
    assert container["args"] == ["fill", "olist", "--wait=300", "--scale=0.05"]
    assert {"secretRef": {"name": "podflow-sources-olist"}} in container["envFrom"]


def test_the_published_files_of_olist_can_be_dropped_in() -> None:
    rendered = render({"sources": {"enabled": True, "olist": {"files": "s3://sources/olist"}}, "connections": FILES})
    [container] = fill_job(rendered)["spec"]["template"]["spec"]["containers"]
    assert container["args"][-1] == "--files=s3://sources/olist"


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"sources": {"enabled": True}, "connections": {**FILES, "olist": "postgresql://u:p@their-host/olist"}},
    ],
)
def test_nobody_elses_database_is_filled(values: Manifest) -> None:
    rendered = render(values)
    assert not [job for job in rendered.of_kind("Job") if "-sources-fill-" in job["metadata"]["name"]]
    assert "podflow-sources-olist" not in rendered.names("Secret")
    assert "OLIST_PASSWORD" not in str(rendered.get("StatefulSet", "podflow-postgres"))
