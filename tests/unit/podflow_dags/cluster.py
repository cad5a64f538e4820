"""A Kubernetes API in memory, as far as PodTask calls it: pods end as soon as they are made."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.providers.cncf.kubernetes.pod_generator import PodGenerator
from kubernetes.client import ApiClient
from kubernetes.client import models as k8s
from kubernetes.client.exceptions import ApiException

from podflow_dags.pod_task import PodTask


@dataclass(frozen=True)
class End:
    """How a pod ends; `exit_code` None leaves it pending, `waiting` says why."""

    message: str = ""
    exit_code: int | None = 0
    reason: str = ""
    pod_reason: str | None = None
    waiting: str = ""
    deleted: bool = False

    def status(self) -> k8s.V1PodStatus:
        if self.exit_code is None:
            waiting = k8s.V1ContainerStateWaiting(reason=self.waiting, message="no such image")
            state, phase = k8s.V1ContainerState(waiting=waiting), "Pending"
        else:
            ended = k8s.V1ContainerStateTerminated(
                exit_code=self.exit_code,
                message=self.message,
                reason=self.reason or ("Error" if self.exit_code else "Completed"),
                finished_at=datetime.now(UTC),
            )
            state, phase = k8s.V1ContainerState(terminated=ended), "Failed" if self.exit_code else "Succeeded"
        container = k8s.V1ContainerStatus(name="base", state=state, image="", image_id="", ready=False, restart_count=0)
        return k8s.V1PodStatus(
            phase=phase, container_statuses=[container], reason=self.pod_reason, message="said by the kubelet"
        )


@dataclass
class Cluster:
    """The calls of CoreV1Api that the Kubernetes provider makes for a task that is not deferred."""

    ends: Callable[[list[str]], End] = lambda _: End()
    while_running: Callable[[], None] = lambda: None
    created: list[k8s.V1Pod] = field(default_factory=list)
    pods: dict[str, k8s.V1Pod] = field(default_factory=dict)
    api_client: ApiClient = field(default_factory=ApiClient)

    def put_behind_pod_task(self, monkeypatch: pytest.MonkeyPatch) -> "Cluster":
        hook = SimpleNamespace(is_in_cluster=False, core_v1_client=self, get_pod=self.read_namespaced_pod)
        monkeypatch.setattr(PodTask, "hook", hook)
        return self

    def create_namespaced_pod(self, body: dict[str, Any], namespace: str) -> k8s.V1Pod:
        pod = PodGenerator.deserialize_model_dict(body)
        end = self.ends(pod.spec.containers[0].args)
        pod.status = end.status()
        pod.metadata.namespace = namespace
        pod.metadata.deletion_timestamp = datetime.now(UTC) if end.deleted else None
        self.created.append(pod)
        self.pods[pod.metadata.name] = pod
        return pod

    def read_namespaced_pod(self, name: str, namespace: str) -> k8s.V1Pod:
        if name not in self.pods:
            raise ApiException(status=404, reason=f"no pod {namespace}/{name}")
        return self.pods[name]

    def list_namespaced_pod(self, namespace: str, label_selector: str) -> k8s.V1PodList:
        wanted = dict(pair.split("=") for pair in label_selector.split(",") if "=" in pair and "!" not in pair)
        found = [
            pod
            for pod in self.pods.values()
            if pod.metadata.namespace == namespace
            and wanted.items() <= pod.metadata.labels.items()
            and "already_checked" not in pod.metadata.labels
        ]
        return k8s.V1PodList(items=found)

    def read_namespaced_pod_log(self, **_: Any) -> SimpleNamespace:
        self.while_running()
        line = b'2026-11-20T19:00:00.000000Z {"event":"said by the pod"}\n'
        return SimpleNamespace(stream=lambda **_: iter([line]))

    def patch_namespaced_pod(self, name: str, namespace: str, body: dict[str, Any]) -> None:
        self.read_namespaced_pod(name, namespace).metadata.labels.update(body["metadata"]["labels"])

    def delete_namespaced_pod(self, name: str, namespace: str, **_: Any) -> None:
        self.read_namespaced_pod(name, namespace)
        del self.pods[name]

    def list_namespaced_event(self, **_: Any) -> k8s.CoreV1EventList:
        return k8s.CoreV1EventList(items=[])
