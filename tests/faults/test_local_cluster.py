"""A local cluster that was stopped, half made, or lost its release comes back by the commands a user types."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from k8s import process
from k8s.cluster import Cluster
from k8s.deploy import deploy
from k8s.kubectl import Kubectl

CLUSTER = Cluster("podflow-test")
ROOT = Path(__file__).parents[2]
RECORDS = "create table if not exists survivors (at timestamptz default now()); insert into survivors default values;"


def up() -> float:
    """Run `python3 -m k8s up`; return the seconds it took."""
    started = time.monotonic()
    subprocess.run([sys.executable, "-m", "k8s", "up", "--cluster", CLUSTER.name], cwd=ROOT, check=True)
    return time.monotonic() - started


def container_id() -> str:
    return process.output(["docker", "container", "inspect", CLUSTER.container, "--format", "{{.Id}}"]).strip()


def ask(kubectl: Kubectl, statement: str) -> str:
    psql = ["psql", "--no-psqlrc", "--tuples-only", "--no-align", "--quiet", "--username=postgres", "--command"]
    return kubectl.output("exec", "podflow-postgres-0", "--", *psql, statement).strip()


@pytest.fixture
def kubectl() -> Kubectl:
    """kubectl of a cluster on which the release stands."""
    return deploy(CLUSTER.name)


@pytest.mark.timeout(600)
def test_stopped_node_is_started_again_with_all_that_was_on_it(kubectl: Kubectl) -> None:
    ask(kubectl, RECORDS)
    rows, before = ask(kubectl, "select count(*) from survivors"), container_id()
    process.output(["docker", "stop", CLUSTER.container])
    up()
    assert container_id() == before
    deploy(CLUSTER.name)
    assert ask(kubectl, "select count(*) from survivors") == rows


@pytest.mark.timeout(600)
def test_uninstalled_release_finds_its_data_and_passwords_again(kubectl: Kubectl) -> None:
    ask(kubectl, RECORDS)
    rows = ask(kubectl, "select count(*) from survivors")
    password = kubectl.secret("podflow-airflow-admin", "password")
    helm = ["helm", "uninstall", "podflow", "--kube-context", kubectl.context, "--namespace", kubectl.namespace]
    process.output([*helm, "--wait"])
    assert json.loads(kubectl.output("get", "persistentvolumeclaims", "-o", "json"))["items"]
    deploy(CLUSTER.name)
    assert ask(kubectl, "select count(*) from survivors") == rows
    assert kubectl.secret("podflow-airflow-admin", "password") == password


@pytest.mark.timeout(600)
def test_half_made_cluster_is_made_anew() -> None:
    up()
    before = container_id()
    # What an interrupted creation leaves behind.
    CLUSTER.unfinished_mark.touch()
    up()
    assert container_id() != before
    assert not CLUSTER.unfinished_mark.exists()


@pytest.mark.timeout(600)
def test_second_up_takes_seconds() -> None:
    up()
    assert up() < 20
