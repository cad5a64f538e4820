"""Kafka: who may log in where, what the set-up Job is told and when it runs again, and how three nodes behave."""

import base64
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.chart.rendering import CHART, Manifest, Rendered, RenderError, render

USERS = ("broker", "admin", "producer", "sink")
ORDERS = {"kafka": {"topics": {"orders": {"partitions": 6, "config": {"retention.ms": 604800000}}}}}
THEIRS = {"kafka": {"existingSecrets": {user: f"their-{user}" for user in USERS}}}
SEEN = """
kind: ConfigMap
metadata: {name: NAME}
data: {seen: {{ include "podflow.kafka.passwordsSeen" . }}}
"""
AUTHORITY = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
EXTERNAL = {
    "kafka": {"enabled": False},
    "externalKafka": {
        "bootstrapServers": "a.example.com:9093,b.example.com:9093",
        "ca": AUTHORITY,
        "existingSecrets": {"producer": "their-producer", "sink": "their-sink"},
    },
}


def properties(rendered: Rendered) -> dict[str, str]:
    lines = rendered.get("ConfigMap", "podflow-kafka")["data"]["server.properties"].splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def declared(rendered: Rendered) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(rendered.get("ConfigMap", "podflow-kafka-setup")["data"]["declared.json"])
    return found


def setup_job(rendered: Rendered) -> Manifest:
    [job] = [job for job in rendered.of_kind("Job") if "-kafka-setup-" in job["metadata"]["name"]]
    return job


def setup_name(values: Manifest) -> str:
    return str(setup_job(render(values))["metadata"]["name"])


def secret(rendered: Rendered, name: str) -> dict[str, str]:
    data = rendered.get("Secret", name)["data"]
    return {key: base64.b64decode(value).decode() for key, value in data.items()}


def test_no_listener_is_open_to_strangers(default: Rendered) -> None:
    settings = properties(default)
    protocols = dict(each.split(":") for each in settings["listener.security.protocol.map"].split(","))
    assert protocols == dict.fromkeys(("CLIENT", "CONTROLLER", "NODES"), "SASL_PLAINTEXT")
    assert settings["listener.name.client.sasl.enabled.mechanisms"] == "SCRAM-SHA-512"
    assert settings["authorizer.class.name"].endswith(".StandardAuthorizer")
    assert settings["allow.everyone.if.no.acl.found"] == "false"
    assert settings["super.users"] == "User:broker;User:admin"


def test_a_broker_knows_no_password_but_its_own(default: Rendered) -> None:
    server = default.get("StatefulSet", "podflow-kafka")["spec"]["template"]["spec"]["containers"][0]
    secrets = [each["valueFrom"]["secretKeyRef"]["name"] for each in server["env"] if "valueFrom" in each]
    assert secrets == ["podflow-kafka-broker"]
    assert "envFrom" not in server


def test_the_job_is_told_every_topic_and_every_password() -> None:
    rendered = render(ORDERS)
    assert declared(rendered)["topics"] == {"orders": {"partitions": 6, "config": {"retention.ms": "604800000"}}}
    [container] = setup_job(rendered)["spec"]["template"]["spec"]["containers"]
    passwords = {each["name"]: each["valueFrom"]["secretKeyRef"] for each in container["env"] if "valueFrom" in each}
    assert passwords == {
        f"{user.upper()}_PASSWORD": {"name": f"podflow-kafka-{user}", "key": "KAFKA_SASL_PASSWORD"} for user in USERS
    }


def test_whole_numbers_stay_whole() -> None:
    settings = properties(render({"kafka": {"properties": {"log.segment.bytes": 1073741824, "x.ratio": 0.5}}}))
    assert (settings["log.segment.bytes"], settings["x.ratio"]) == ("1073741824", "0.5")


def test_the_job_runs_again_for_other_topics_and_other_passwords_only() -> None:
    assert setup_name(THEIRS) == setup_name(THEIRS)
    assert setup_name({"kafka": {**THEIRS["kafka"], **ORDERS["kafka"]}}) != setup_name(THEIRS)
    # Without a cluster to look them up in, each rendering has passwords of its own, which the broker must be told.
    assert setup_name({}) != setup_name({})


def test_the_name_of_the_job_is_made_of_the_passwords_in_the_secrets(tmp_path: Path) -> None:
    chart = tmp_path / "podflow"
    shutil.copytree(CHART, chart)
    for name in ("aaa", "zzz"):
        (chart / "templates" / f"{name}.yaml").write_text(SEEN.replace("NAME", name))
    rendered = render(chart=chart)
    held = "".join(rendered.get("Secret", f"podflow-kafka-{user}")["data"]["KAFKA_SASL_PASSWORD"] for user in USERS[1:])
    assert {rendered.get("ConfigMap", name)["data"]["seen"] for name in ("aaa", "zzz")} == {held}


def test_another_topic_restarts_no_broker() -> None:
    before, after = (
        render({"kafka": {**THEIRS["kafka"], **more}}).get("StatefulSet", "podflow-kafka")
        for more in ({}, ORDERS["kafka"])
    )
    assert before == after


def test_existing_secrets_replace_the_generated_passwords() -> None:
    rendered = render(THEIRS)
    assert "podflow-kafka-broker" not in rendered.names("Secret")
    for user in ("admin", "producer", "sink"):
        data = secret(rendered, f"podflow-kafka-{user}")
        assert data["KAFKA_SASL_USERNAME"] == user
        assert "KAFKA_SASL_PASSWORD" not in data
    environment = json.loads(rendered.get("ConfigMap", "podflow-tasks")["data"]["tasks.json"])["env_from_secrets"]
    assert environment["producer"] == ["podflow-kafka-producer", "their-producer"]


def test_a_kafka_of_somebody_else_is_described_in_the_same_secrets() -> None:
    rendered = render(EXTERNAL)
    for user in ("producer", "sink"):
        assert secret(rendered, f"podflow-kafka-{user}") == {
            "KAFKA_BOOTSTRAP_SERVERS": "a.example.com:9093,b.example.com:9093",
            "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
            "KAFKA_SASL_MECHANISM": "SCRAM-SHA-512",
            "KAFKA_CA": AUTHORITY,
        }
    assert "podflow-test-kafka-login" in rendered.names("Pod")


def test_a_kafka_without_passwords_needs_no_secret() -> None:
    plain = {"bootstrapServers": "kafka:9092", "securityProtocol": "PLAINTEXT"}
    rendered = render({"kafka": {"enabled": False}, "externalKafka": plain})
    assert secret(rendered, "podflow-kafka-sink") == {
        "KAFKA_BOOTSTRAP_SERVERS": "kafka:9092",
        "KAFKA_SECURITY_PROTOCOL": "PLAINTEXT",
    }


def test_three_nodes_prefer_three_machines_and_go_one_by_one() -> None:
    workload = render({"kafka": {"replicas": 3}}).get("StatefulSet", "podflow-kafka")["spec"]
    affinity = workload["template"]["spec"]["affinity"]["podAntiAffinity"]
    [term] = affinity["preferredDuringSchedulingIgnoredDuringExecution"]
    assert term["podAffinityTerm"]["labelSelector"]["matchLabels"] == workload["selector"]["matchLabels"]
    assert workload["minReadySeconds"] > 0


def test_the_affinity_of_the_values_goes_before_the_charts() -> None:
    mine = {"nodeAffinity": {"x": "y"}}
    rendered = render({"kafka": {"replicas": 3}, "scheduling": {"affinity": mine}})
    pod = rendered.get("StatefulSet", "podflow-kafka")["spec"]["template"]["spec"]
    assert pod["affinity"].keys() == {"nodeAffinity", "podAntiAffinity"}
    assert "affinity" not in render().get("StatefulSet", "podflow-kafka")["spec"]["template"]["spec"]


def test_no_probe_starts_a_process(default: Rendered) -> None:
    server = default.get("StatefulSet", "podflow-kafka")["spec"]["template"]["spec"]["containers"][0]
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        assert server[probe]["tcpSocket"] == {"port": "kafka"}


@pytest.mark.parametrize(
    "topic",
    [{"orders": {}}, {"orders": {"partitions": 0}}, {"or ders": {"partitions": 1}}, {"orders": {"replicas": 3}}],
)
def test_a_wrong_topic_is_refused(topic: Manifest) -> None:
    with pytest.raises(RenderError, match=r"/kafka/topics|propertyName 'or ders'"):
        render({"kafka": {"topics": topic}})
