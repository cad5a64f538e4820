"""PodTask: one task, one pod, and the task's state is the pod's. What podflow decides about pods is in pod_spec."""

import uuid
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from airflow.providers.cncf.kubernetes.hooks.kubernetes import KubernetesHook
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import Asset
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException
from kubernetes.client import CoreV1Api
from kubernetes.client import models as k8s
from kubernetes.client.exceptions import ApiException

from podflow_dags import pod_explanation, pod_result, pod_spec, pod_state
from podflow_dags.pod_api import PodApi, reason_of
from podflow_dags.pod_claim import JUDGED, Claimant, TaskInstance
from podflow_dags.pod_follow import End, Patience, follow
from podflow_dags.pod_log import PodLog
from podflow_dags.settings import task_settings

NOTHING_TO_DO = 99
"""Exit code of a pod that found nothing to do: the task is skipped."""
USELESS_TO_REPEAT = 65
"""Exit code of a pod that would fail again in the same way, as sysexits.h calls wrong input: no retry."""

# Of KubernetesPodOperator, PodTask uses how it builds and templates a pod. How the pod is watched is its own.
BUILDING: Mapping[str, Any] = {
    # The service account of the scheduler's pod, not an Airflow connection that would have to be made first.
    "kubernetes_conn_id": None,
    # A deferred task costs a process start more, and the LocalExecutor reports its deferral too late at times.
    "deferrable": False,
    # The name is the lock that keeps a second pod away.
    "random_name_suffix": False,
    # Results come by the termination message: the sidecar of the provider does not fit Pod Security `restricted`.
    "do_xcom_push": False,
}


class PodFailedError(AirflowException):
    """The pod did not do its work; the message is the cause, the pod's events, and the commands that show more."""


class PodRefusedError(PodFailedError, AirflowFailException):
    """The pod failed, and would fail again: Airflow does not retry."""


class PodTask(KubernetesPodOperator):
    """Run one of podflow's images as a pod and return the result that the pod leaves.

    Args:
        image: name of an image in the chart's settings (ingest, dbt, producer, sources).
        args: arguments of the image's command; templated.
        preset: name of the resources in the chart's settings (small, medium, large).
        returns: member of the result to return, so that a mapped task can expand over a list.
            Without it the whole result is returned. XCom `result` is then the whole result.
        kwargs: what any Airflow task takes: task_id, pool, retries, outlets, ...

    The task succeeds when the pod ran to its end and exited with 0, is skipped when it exited with 99, and fails
    otherwise, also when the task or the pod was killed; after exit code 65 without another try. A pod whose task
    process was lost is adopted by the next try. The result becomes the extra of the task's asset events.
    """

    # Of KubernetesPodOperator's 22, those that DAG authors write themselves: before the pod can be requested, Airflow
    # renders each and stores it for the UI. All of them take 17 ms of CPU more.
    template_fields: Sequence[str] = ("image", "cmds", "arguments", "env_vars")

    def __init__(
        self,
        *,
        args: Sequence[str],
        image: str = "ingest",
        preset: str = "small",
        returns: str | None = None,
        **kwargs: Any,
    ) -> None:
        settings = task_settings()
        pod = pod_spec.operator_arguments(settings, image, preset)
        super().__init__(**{"arguments": args, **BUILDING, **pod, **kwargs})
        self.returns = returns
        self.patience = Patience(settings.schedule_timeout_seconds, settings.start_timeout_seconds)
        self._claimant: Claimant | None = None
        self._is_named = False

    @cached_property
    def hook(self) -> KubernetesHook:
        """KubernetesPodOperator's, which without a connection asks Airflow for `kubernetes_default` all the same."""
        return KubernetesHook(
            conn_id=self.kubernetes_conn_id,
            kubernetes_conn_id=None,
            in_cluster=self.in_cluster,
            config_file=self.config_file,
            cluster_context=self.cluster_context,
        )

    @cached_property
    def client(self) -> CoreV1Api:
        """KubernetesPodOperator's; the models it makes from now on have its configuration in common."""
        client = super().client
        pod_spec.share(client.api_client.configuration)
        return client

    def build_pod_request_obj(self, context: Any = None, *, dry_run: bool = False) -> k8s.V1Pod:
        """Return the pod as KubernetesPodOperator builds it, with what it has no argument for."""
        pod = super().build_pod_request_obj(context, dry_run=dry_run)
        # Otherwise every service of the namespace adds seven variables to the environment.
        pod.spec.enable_service_links = False
        if context:
            container = pod.spec.containers[0]
            container.env = [*(container.env or []), *pod_spec.run_environment(context, task_settings().environment)]
        return pod

    def execute(self, context: Any) -> Any:
        """Run the pod to its end; return its result or the member that `returns` names."""
        api = PodApi(self.client, task_settings().namespace)
        self._claimant = Claimant(api, TaskInstance.of(context), follower=uuid.uuid4().hex)
        self.pod = self._claim(self._claimant, context)
        log = PodLog(api, self.log.info)

        def notice(pod: k8s.V1Pod) -> None:
            if self._killed:
                raise PodFailedError("the task was told to stop, and its pod was deleted: its work may not be done")
            self._tell_name(pod, context)
            log.notice(pod)

        try:
            end = follow(api, self.pod, self.patience, notice)
        except Exception:
            # Whatever went wrong here: the pod must not work on while nobody answers for it.
            self._claimant.release(self.pod)
            raise
        log.finish()
        return self._judge(api, end, context)

    def _tell_name(self, pod: k8s.V1Pod, context: Any) -> None:
        # Not before the container runs: what Airflow's API server does for it would take CPU from the start.
        if not self._is_named and pod_state.has_started(pod):
            self._is_named = True
            context["ti"].xcom_push(key="pod_name", value=pod.metadata.name)

    def on_kill(self) -> None:
        """Delete the pod; called by Airflow's signal handler, when the task is told to stop."""
        self._killed = True
        if self._claimant and self.pod:
            self._claimant.release(self.pod)

    def _claim(self, claimant: Claimant, context: Any) -> k8s.V1Pod:
        def build(name: str) -> k8s.V1Pod:
            self.name = name
            return self.build_pod_request_obj(context)

        try:
            claim = claimant.claim(build, first_try=context["ti"].try_number == 1)
        except ApiException as error:
            raise PodFailedError(f"Kubernetes refused the pod: {reason_of(error)}") from None
        if claim.adopted:
            self.log.info("Going on with pod %s, which an earlier try left", claim.pod.metadata.name)
        return claim.pod

    def _judge(self, api: PodApi, end: End, context: Any) -> Any:
        if pod_state.has_succeeded(end.pod):
            return self._take_result(api, end.pod, context)
        if pod_state.exit_code(end.pod) == NOTHING_TO_DO and not pod_state.stopped_early(end.pod):
            api.delete(end.pod)
            raise AirflowSkipException(f"pod {end.pod.metadata.name} found nothing to do")
        explanation = pod_explanation.explain(end, api.events(end.pod))
        if end.gave_up:
            # It must not begin its work beside the next try's pod.
            api.delete(end.pod)
        elif not end.gone:
            api.label(end.pod, labels={JUDGED: "true"})
        useless = pod_state.exit_code(end.pod) == USELESS_TO_REPEAT and not pod_state.stopped_early(end.pod)
        raise PodRefusedError(explanation) if useless else PodFailedError(explanation)

    def _take_result(self, api: PodApi, pod: k8s.V1Pod, context: Any) -> Any:
        try:
            returned = self._publish(pod_result.result_of(pod), context)
        except pod_result.ResultError:
            api.label(pod, labels={JUDGED: "true"})
            raise
        # Last, so that a task process that is lost before has left the result to the next try.
        api.delete(pod)
        return returned

    def _publish(self, result: dict[str, Any] | None, context: Any) -> Any:
        for outlet in self.outlets:
            if isinstance(outlet, Asset):
                context["outlet_events"][outlet].extra = result or {}
        # Only from here on: the provider would add its sidecar, but Airflow must push what is returned.
        self.do_xcom_push = True
        if self.returns is None:
            return result
        context["ti"].xcom_push(key="result", value=result)
        return pod_result.member(result, self.returns)
