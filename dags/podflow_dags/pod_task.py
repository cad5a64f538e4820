"""PodTask: one task, one pod. Everything podflow decides about task pods is here and in pod_spec.py."""

from collections.abc import Mapping, Sequence
from typing import Any

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk.exceptions import AirflowException, AirflowSkipException
from kubernetes.client import models as k8s
from kubernetes.client.exceptions import ApiException

from podflow_dags import pod_result, pod_spec
from podflow_dags.settings import task_settings

HTTP_NOT_FOUND = 404

WATCHING: Mapping[str, Any] = {
    # The service account of the scheduler's pod, not an Airflow connection that would have to be made first.
    "kubernetes_conn_id": None,
    # A deferred task costs a process start more, and the LocalExecutor reports its deferral too late at times.
    "deferrable": False,
    # A pod starts within a second or two; the default of five seconds would be most of a short task's time.
    "startup_check_interval_seconds": 0.2,
    "base_container_status_polling_interval": 0.5,
    # Room for the pods of other tasks to end, and for a first pull of an image.
    "schedule_timeout_seconds": 600,
    "startup_timeout_seconds": 300,
    # A succeeded pod has told everything; a failed one is kept for `kubectl logs` and `kubectl describe`.
    "on_finish_action": "delete_succeeded_pod",
    # Events are read from the whole namespace at each look: PodTask reads them once, when a pod failed.
    "log_events_on_startup": False,
    "log_events_on_failure": False,
    # The specification holds the environment.
    "log_pod_spec_on_failure": False,
    # Log lines are JSON already, and there is only one container.
    "container_name_log_prefix_enabled": False,
    # Results come by the termination message: the sidecar of the provider does not fit Pod Security `restricted`.
    "do_xcom_push": False,
}


class PodFailedError(AirflowException):
    """The pod did not do its work; the message is the cause and the commands that show more."""


class PodTask(KubernetesPodOperator):
    """Run one of podflow's images as a pod and return the result that the pod leaves.

    Args:
        image: name of an image in the chart's settings (ingest, dbt, producer, sources).
        args: arguments of the image's command; templated.
        preset: name of the resources in the chart's settings (small, medium, large).
        returns: member of the result to return, so that a mapped task can expand over a list.
            Without it the whole result is returned. XCom `result` is always the whole result.
        kwargs: what any Airflow task takes: task_id, pool, retries, outlets, ...

    The task succeeds when the pod ran to its end and exited with 0, is skipped when it exited with 99,
    and fails otherwise, also when the task or the pod was killed.
    """

    def __init__(
        self,
        *,
        args: Sequence[str],
        image: str = "ingest",
        preset: str = "small",
        returns: str | None = None,
        **kwargs: Any,
    ) -> None:
        pod = pod_spec.operator_arguments(task_settings(), image, preset)
        # For the eyes in `kubectl get pods`; a random suffix makes it unique.
        name = "{{ ti.dag_id }}-{{ ti.task_id }}"
        super().__init__(**{"name": name, "arguments": args, **WATCHING, **pod, **kwargs})
        self.returns = returns
        self._result: dict[str, Any] | None = None

    def build_pod_request_obj(self, context: Any = None, *, dry_run: bool = False) -> k8s.V1Pod:
        """Return the pod as KubernetesPodOperator builds it, with what it has no argument for."""
        pod = super().build_pod_request_obj(context, dry_run=dry_run)
        # Otherwise every service of the namespace adds seven variables to the environment.
        pod.spec.enable_service_links = False
        if context:
            pod.spec.containers[0].env = pod_spec.run_environment(context)
        return pod

    def execute(self, context: Any) -> Any:
        """Run the pod to its end; return its result or the member that `returns` names."""
        try:
            super().execute(context)
        finally:
            self._fail_if_killed()
        context["ti"].xcom_push(key="result", value=self._result)
        # Only from here on: the provider would add its sidecar, but Airflow must push what this returns.
        self.do_xcom_push = True
        return pod_result.member(self._result, self.returns) if self.returns else self._result

    def post_complete_action(self, *, remote_pod: k8s.V1Pod | None, **_: Any) -> None:
        """Decide by the pod as it is now how the task ends; called when the pod ended or watching it failed."""
        if self._killed or remote_pod is None:
            return
        last = self._read_again(remote_pod)
        if last.status.phase == "Succeeded" and last.metadata.deletion_timestamp is None:
            self._result = pod_result.result_of(last)
            self.process_pod_deletion(last, reraise=False)
            return
        # The next try must not take this pod for its own.
        self.patch_already_checked(last, reraise=False)
        if pod_result.exit_code(last) == pod_result.NOTHING_TO_DO:
            self.pod_manager.delete_pod(last)
            raise AirflowSkipException(f"pod {last.metadata.name} found nothing to do")
        self._read_pod_events(last, reraise=False)
        if last.status.phase != "Failed":
            # Not at its end, and nobody will watch it: it must not do its work beside the next try's pod.
            self.pod_manager.delete_pod(last)
        raise PodFailedError(pod_result.explain(last))

    def _read_again(self, pod: k8s.V1Pod) -> k8s.V1Pod:
        try:
            return self.pod_manager.read_pod(pod)
        except ApiException as error:
            if error.status != HTTP_NOT_FOUND:
                raise
            name = pod.metadata.name
            raise PodFailedError(f"pod {name} was deleted by someone else before it could be judged") from None

    def _fail_if_killed(self) -> None:
        if self._killed:
            raise PodFailedError("the task was killed and its pod deleted: what it had not finished is not done")
