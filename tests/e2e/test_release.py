"""The release as its owner meets it: moved data, quiet upgrades, insisted-on security."""

import json
import subprocess
import sys

import pytest

from k8s import process
from k8s.kubectl import Kubectl
from tests.e2e.conftest import CLUSTER, ROOT


def platform_pods(kubectl: Kubectl) -> dict[str, int]:
    """Each long-running pod by its unique id, with its restarts; a task's may come at any time."""
    component = "app.kubernetes.io/component"
    chosen = [f"--selector={component}!=task,{component}!=task-cleanup", "--field-selector=status.phase=Running"]
    pods = json.loads(kubectl.output("get", "pods", *chosen, "-o", "json"))
    return {
        pod["metadata"]["uid"]: sum(each["restartCount"] for each in pod["status"]["containerStatuses"])
        for pod in pods["items"]
    }


@pytest.mark.timeout(600)
def test_helm_test_moves_data_through_every_server_and_a_task_pod(release: str, kubectl: Kubectl) -> None:
    where = ["--kube-context", kubectl.context, "--namespace", kubectl.namespace]
    logs = process.output(["helm", "test", release, *where, "--logs", "--timeout", "8m"])
    assert "Succeeded" in logs


@pytest.mark.timeout(600)
def test_upgrade_with_the_same_values_restarts_no_pod(release: str, kubectl: Kubectl) -> None:
    before = platform_pods(kubectl)
    subprocess.run([sys.executable, "-m", "k8s", "deploy", "--cluster", CLUSTER], cwd=ROOT, check=True)
    assert len(before) >= 7, f"not all of {release} runs"
    assert platform_pods(kubectl) == before


def test_api_server_accepts_every_manifest_without_a_warning(release: str, kubectl: Kubectl) -> None:
    helm = ["helm", "get", "manifest", release, "--kube-context", kubectl.context, "--namespace", kubectl.namespace]
    command = kubectl.command("apply", "--dry-run=server", "--server-side", "--force-conflicts", "--filename", "-")
    outcome = subprocess.run(command, input=process.output(helm), check=False, capture_output=True, text=True)
    assert outcome.returncode == 0, outcome.stderr
    assert "Warning" not in outcome.stderr


def test_namespace_refuses_a_pod_that_does_not_fit_restricted(release: str, kubectl: Kubectl) -> None:
    command = kubectl.command("run", f"{release}-root", "--image=podflow/ingest", "--dry-run=server")
    outcome = subprocess.run(command, check=False, capture_output=True, text=True)
    assert outcome.returncode != 0
    assert "violates PodSecurity" in outcome.stderr


def test_a_tasks_pod_account_may_not_speak_to_kubernetes(release: str, kubectl: Kubectl) -> None:
    account = f"--as=system:serviceaccount:{kubectl.namespace}:{release}-task"
    outcome = subprocess.run(
        kubectl.command("auth", "can-i", "list", "pods", account), check=False, capture_output=True, text=True
    )
    assert outcome.stdout.strip() == "no"
