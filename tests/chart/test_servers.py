"""The servers: started by their own commands, so that upstream images can replace ours."""

import pytest

from tests.chart.rendering import Manifest, Rendered, render


def container(rendered: Rendered, workload: str) -> Manifest:
    found: Manifest = rendered.get("StatefulSet", f"podflow-{workload}")["spec"]["template"]["spec"]["containers"][0]
    return found


def test_servers_are_started_by_their_own_commands(default: Rendered) -> None:
    assert container(default, "postgres")["command"][0] == "/usr/lib/postgresql/17/bin/postgres"
    assert container(default, "object-store")["command"][0] == "versitygw"
    start = default.get("ConfigMap", "podflow-kafka")["data"]["start.sh"]
    assert "exec /opt/kafka/bin/kafka-server-start.sh" in start


@pytest.mark.parametrize(
    ("image", "workload"), [("postgres", "postgres"), ("kafka", "kafka"), ("objectstore", "object-store")]
)
def test_an_upstream_image_replaces_ours(image: str, workload: str) -> None:
    rendered = render({"images": {"registry": "", image: {"repository": f"upstream/{image}", "tag": "9"}}})
    assert container(rendered, workload)["image"] == f"upstream/{image}:9"


@pytest.mark.parametrize(("replicas", "replication", "in_sync"), [(1, 1, 1), (3, 3, 2)])
def test_kafka_replicates_as_far_as_it_has_nodes(replicas: int, replication: int, in_sync: int) -> None:
    rendered = render({"kafka": {"replicas": replicas}})
    properties = rendered.get("ConfigMap", "podflow-kafka")["data"]["server.properties"].splitlines()
    assert f"default.replication.factor={replication}" in properties
    assert f"offsets.topic.replication.factor={replication}" in properties
    assert f"min.insync.replicas={in_sync}" in properties


def test_each_kafka_node_is_in_the_first_quorum() -> None:
    server = container(render({"kafka": {"replicas": 3}}), "kafka")
    [controllers] = [each["value"] for each in server["env"] if each["name"] == "KAFKA_CONTROLLERS"]
    nodes = [controller.split(":") for controller in controllers.split(",")]
    assert [node[0] for node in nodes] == [
        f"{id_}@podflow-kafka-{id_}.podflow-kafka-nodes.podflow.svc" for id_ in range(3)
    ]
    directories = {node[2] for node in nodes}
    assert len(directories) == 3
    assert {len(directory) for directory in directories} == {22}


def test_the_settings_of_postgres_come_after_the_charts(default: Rendered) -> None:
    configuration = default.get("ConfigMap", "podflow-postgres")["data"]["postgresql.conf"]
    assert configuration.splitlines()[-1] == "include = 'parameters.conf'"


def test_the_store_makes_its_buckets() -> None:
    rendered = render({"objectStore": {"buckets": ["landing", "extra"]}})
    pod = rendered.get("StatefulSet", "podflow-object-store")["spec"]["template"]["spec"]
    assert pod["initContainers"][0]["command"][-1].endswith("/extra")


def test_airflow_settings_of_the_values_override_the_charts() -> None:
    settings = render({"airflow": {"config": {"core": {"load_examples": True}, "logging": {"logging_level": "DEBUG"}}}})
    data = settings.get("ConfigMap", "podflow-airflow-config")["data"]
    assert data["AIRFLOW__CORE__LOAD_EXAMPLES"] == "true"
    assert data["AIRFLOW__LOGGING__LOGGING_LEVEL"] == "DEBUG"
    assert data["AIRFLOW__CORE__EXECUTOR"] == "LocalExecutor"


def test_storage_classes_and_sizes_reach_the_volumes() -> None:
    rendered = render({"kafka": {"persistence": {"size": "50Gi", "storageClass": "fast"}}})
    [claim] = rendered.get("StatefulSet", "podflow-kafka")["spec"]["volumeClaimTemplates"]
    assert claim["spec"]["storageClassName"] == "fast"
    assert claim["spec"]["resources"]["requests"]["storage"] == "50Gi"


def test_the_ui_can_be_published_through_an_ingress() -> None:
    ingress = {"enabled": True, "host": "airflow.example.com", "tlsSecret": "certificate"}
    [found] = render({"airflow": {"apiServer": {"ingress": ingress}}}).of_kind("Ingress")
    assert found["spec"]["rules"][0]["host"] == "airflow.example.com"
    assert found["spec"]["tls"] == [{"hosts": ["airflow.example.com"], "secretName": "certificate"}]
