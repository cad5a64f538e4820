"""A release of the chart on the kind cluster podflow-test, installed anew, and its services as a user reaches them."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from obstore.store import S3Store

from k8s.airflow_api import AirflowApi
from k8s.cluster import Cluster
from k8s.kubectl import Kubectl
from k8s.release import NAMESPACE

CLUSTER = "podflow-test"
PLACES = Cluster(CLUSTER).addresses()
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def kubectl() -> Kubectl:
    return Kubectl(f"kind-{CLUSTER}", NAMESPACE)


@pytest.fixture(scope="session")
def release(kubectl: Kubectl) -> str:
    """The release's name, after an installation into an empty namespace by the command a user would type."""
    kubectl.output("delete", "namespace", NAMESPACE, "--ignore-not-found", "--wait")
    subprocess.run([sys.executable, "-m", "k8s", "deploy", "--cluster", CLUSTER], cwd=ROOT, check=True)
    return "podflow"


@pytest.fixture(scope="session")
def airflow(release: str, kubectl: Kubectl) -> AirflowApi:
    password = kubectl.secret(f"{release}-airflow-admin", "password")
    return AirflowApi(PLACES.airflow, "admin", password)


@pytest.fixture(scope="session")
def warehouse(release: str, kubectl: Kubectl) -> Iterator[psycopg.Connection]:
    """The warehouse, as somebody who may only read sees it."""
    with psycopg.connect(
        host="localhost",
        port=PLACES.postgres_port,
        dbname="warehouse",
        user="reader",
        password=kubectl.secret(f"{release}-warehouse-reader", "WAREHOUSE_PASSWORD"),
        autocommit=True,
    ) as connection:
        yield connection


@pytest.fixture(scope="session")
def source_files(release: str, kubectl: Kubectl) -> S3Store:
    """The bucket where the source systems leave their files."""
    return S3Store(
        "sources",
        endpoint=PLACES.object_store,
        access_key_id=kubectl.secret(f"{release}-landing", "AWS_ACCESS_KEY_ID"),
        secret_access_key=kubectl.secret(f"{release}-landing", "AWS_SECRET_ACCESS_KEY"),
        region="us-east-1",
        client_options={"allow_http": True},
    )
