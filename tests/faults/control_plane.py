"""The ways in which the suite breaks a release: signals to processes, lost containers, deleted pods."""

import json
from datetime import datetime
from signal import Signals
from typing import Any

from k8s import process
from k8s.cluster import Cluster
from k8s.kubectl import Kubectl
from tests.faults.patience import until

SCHEDULER = "podflow-airflow-scheduler-0"
SECONDS_TO_STAND = 240


class ControlPlane:
    """Airflow's and Kubernetes' own processes on the test cluster."""

    def __init__(self, cluster: Cluster, kubectl: Kubectl) -> None:
        self._node = cluster.container
        self._kubectl = kubectl
        self._system = Kubectl(kubectl.context, "kube-system")

    def signal_task_process(self, pid: int, signal: Signals) -> None:
        """Send a signal to one process in the scheduler's pod."""
        self.in_scheduler("-c", f"import os; os.kill({pid}, {int(signal)})")

    def in_scheduler(self, *arguments: str) -> str:
        """Run Python in the scheduler's pod and return what it prints."""
        return self._kubectl.output("exec", SCHEDULER, "--container", "scheduler", "--", "python", *arguments)

    def kill_scheduler(self) -> None:
        """SIGKILL the scheduler's main process, and by that all of its container."""
        self._kill(self._kubectl, SCHEDULER)

    def kill_kubernetes_api_server(self) -> None:
        """SIGKILL kube-apiserver; the kubelet starts it again."""
        self._kill(self._system, f"kube-apiserver-{self._node}")

    def await_kubernetes_api_server(self) -> None:
        """Return when the Kubernetes API answers again."""
        kubectl = ["kubectl", "--context", self._kubectl.context, "--request-timeout", "5s", "get", "--raw", "/readyz"]
        until(lambda: process.succeeds(kubectl), SECONDS_TO_STAND, "the Kubernetes API answers")

    def await_kubernetes_leaders(self, since: datetime) -> None:
        """Return when scheduler and controllers of Kubernetes work again: without its API they end, too."""
        for name in ("kube-scheduler", "kube-controller-manager"):
            path = ("get", "lease", name, "--output", "jsonpath={.spec.renewTime}")
            until(
                lambda path=path: datetime.fromisoformat(self._system.output(*path)) > since,  # type: ignore[misc]
                SECONDS_TO_STAND,
                f"{name} leads",
            )

    def delete_pod(self, name: str) -> None:
        """Delete a pod as a person would, without waiting for its end."""
        self._kubectl.output("delete", "pod", name, "--wait=false")

    def evict(self, name: str) -> None:
        """Ask for a pod's eviction, as `kubectl drain` does for each pod of a node."""
        eviction = {
            "apiVersion": "policy/v1",
            "kind": "Eviction",
            "metadata": {"name": name, "namespace": self._kubectl.namespace},
        }
        path = f"/api/v1/namespaces/{self._kubectl.namespace}/pods/{name}/eviction"
        self._kubectl.output("create", "--raw", path, "--filename", "-", standard_input=json.dumps(eviction))

    def restart(self, workload: str) -> None:
        """Roll a workload out anew, as an upgrade does."""
        self._kubectl.output("rollout", "restart", workload)

    def pod_of(self, component: str) -> str:
        """The name of the one pod of a component."""
        (pod,) = self._pods(component)
        return str(pod["metadata"]["name"])

    def states(self, component: str) -> set[tuple[str, int]]:
        """Each pod of the component that is ready, by unique id and number of restarts."""
        return {
            (pod["metadata"]["uid"], sum(each["restartCount"] for each in pod["status"]["containerStatuses"]))
            for pod in self._pods(component)
            if "deletionTimestamp" not in pod["metadata"] and _is_ready(pod)
        }

    def await_another(self, component: str, before: set[tuple[str, int]]) -> None:
        """Return when the component stands again, in another pod or container than before."""
        until(
            lambda: (now := self.states(component)) and not now & before,
            SECONDS_TO_STAND,
            f"another {component} is ready",
        )

    def _pods(self, component: str) -> list[dict[str, Any]]:
        selector = f"app.kubernetes.io/component={component}"
        pods = json.loads(self._kubectl.output("get", "pods", "--selector", selector, "--output", "json"))
        return list(pods["items"])

    def _kill(self, kubectl: Kubectl, pod: str) -> None:
        path = "jsonpath={.status.containerStatuses[0].containerID}"
        container = kubectl.output("get", "pod", pod, "--output", path).removeprefix("containerd://")
        ctr = ["ctr", "--namespace", "k8s.io", "tasks", "kill", "--signal", "SIGKILL", container]
        process.output(["docker", "exec", self._node, *ctr])


def _is_ready(pod: dict[str, Any]) -> bool:
    conditions = {each["type"]: each["status"] for each in pod["status"].get("conditions", [])}
    return conditions.get("Ready") == "True"
