"""Secrets: generated once, kept, or somebody else's; and their values nowhere but in Secrets."""

import base64
import json

import pytest
import yaml

from tests.chart.rendering import Manifest, Rendered, render

GENERATED = {
    ("podflow-airflow", "AIRFLOW__CORE__FERNET_KEY"),
    ("podflow-airflow", "AIRFLOW__API__SECRET_KEY"),
    ("podflow-airflow", "AIRFLOW__API_AUTH__JWT_SECRET"),
    ("podflow-airflow-admin", "password"),
    ("podflow-airflow-database", "AIRFLOW_PASSWORD"),
    ("podflow-warehouse-ingest", "WAREHOUSE_PASSWORD"),
    ("podflow-warehouse-dbt", "WAREHOUSE_PASSWORD"),
    ("podflow-warehouse-reader", "WAREHOUSE_PASSWORD"),
    ("podflow-kafka-broker", "KAFKA_SASL_PASSWORD"),
    ("podflow-kafka-admin", "KAFKA_SASL_PASSWORD"),
    ("podflow-kafka-producer", "KAFKA_SASL_PASSWORD"),
    ("podflow-kafka-sink", "KAFKA_SASL_PASSWORD"),
    ("podflow-landing", "AWS_ACCESS_KEY_ID"),
    ("podflow-landing", "AWS_SECRET_ACCESS_KEY"),
}


def value(rendered: Rendered, secret: str, key: str) -> str:
    return base64.b64decode(rendered.get("Secret", secret)["data"][key]).decode()


def test_generated_values_are_long_and_all_different(default: Rendered) -> None:
    values = [value(default, secret, key) for secret, key in GENERATED]
    assert len(set(values)) == len(GENERATED)
    assert all(len(each) >= 32 for each in values)


def test_secrets_with_generated_values_outlive_the_release(default: Rendered) -> None:
    for name in {secret for secret, _ in GENERATED}:
        annotations = default.get("Secret", name)["metadata"]["annotations"]
        assert annotations["helm.sh/resource-policy"] == "keep", name


def test_the_fernet_key_is_one(default: Rendered) -> None:
    assert len(base64.urlsafe_b64decode(value(default, "podflow-airflow", "AIRFLOW__CORE__FERNET_KEY"))) == 32


def test_airflows_connection_has_the_password_that_the_role_gets(default: Rendered) -> None:
    password = value(default, "podflow-airflow-database", "AIRFLOW_PASSWORD")
    url = value(default, "podflow-airflow-database", "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN")
    assert url == f"postgresql+psycopg2://airflow:{password}@podflow-postgres:5432/airflow"


def test_secret_values_are_only_in_secrets(default: Rendered) -> None:
    secrets = [value(default, secret, key) for secret, key in GENERATED]
    for manifest in default.manifests:
        if manifest["kind"] != "Secret":
            text = json.dumps(manifest)
            assert not any(secret in text for secret in secrets), manifest["metadata"]["name"]


@pytest.mark.parametrize(
    ("values", "secret"),
    [
        ({"airflow": {"existingSecret": "mine"}}, "podflow-airflow"),
        ({"airflow": {"admin": {"existingSecret": "mine"}}}, "podflow-airflow-admin"),
        ({"postgres": {"existingSecrets": {"airflow": "mine"}}}, "podflow-airflow-database"),
        ({"postgres": {"existingSecrets": {"dbt": "mine"}}}, "podflow-warehouse-dbt"),
        ({"connectionsSecret": "mine"}, "podflow-connections"),
    ],
)
def test_an_existing_secret_replaces_the_generated_one(values: Manifest, secret: str) -> None:
    rendered = render(values)
    assert secret not in rendered.names("Secret")
    assert "mine" in yaml.safe_dump_all(rendered.manifests)
    used = [json.dumps(container) for _, container in rendered.containers()]
    assert not any(f'"name": "{secret}"' in container for container in used)


def test_the_store_takes_keys_from_an_existing_secret() -> None:
    rendered = render({"objectStore": {"existingSecret": "mine"}})
    assert "AWS_SECRET_ACCESS_KEY" not in rendered.get("Secret", "podflow-landing")["data"]
    server = rendered.get("StatefulSet", "podflow-object-store")["spec"]["template"]["spec"]["containers"][0]
    assert {each["valueFrom"]["secretKeyRef"]["name"] for each in server["env"]} == {"mine"}
