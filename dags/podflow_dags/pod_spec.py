"""The pod of a task: everything in it that does not depend on the run, and the environment that does."""

from collections.abc import Callable, Mapping
from typing import Any

from kubernetes.client import Configuration
from kubernetes.client import models as k8s

from podflow_dags.settings import Preset, TaskSettings

CONTAINER = "base"
"""Name of the one container, as the Kubernetes provider calls it."""
_OVERRIDES = {"active_deadline_seconds", "node_selector", "tolerations", "priority_class_name"}
"""What a preset may say otherwise than the installation."""


class _Shared(Configuration):  # type: ignore[misc]
    """A configuration of the client that all models here have in common, and their copies.

    Otherwise each model makes one of its own, for the checks in its setters, and each copy of a model copies it: that
    was four fifths of the CPU that a task took for its DAG file and its pod.
    """

    def __deepcopy__(self, memo: object) -> "_Shared":
        return self


_SHARED = _Shared()


def share(configuration: Configuration) -> None:
    """Let all models that are made from now on have this configuration in common."""
    shared = _Shared()
    shared.__dict__.update(configuration.__dict__)
    Configuration.set_default(shared)


def _model(kind: Callable[..., Any], **fields: Any) -> Any:
    return kind(**fields, local_vars_configuration=_SHARED)


class UnknownNameError(ValueError):
    """A DAG names an image or a preset that the installation does not have."""


def operator_arguments(settings: TaskSettings, image: str, preset: str) -> dict[str, Any]:
    """Return the pod's part of KubernetesPodOperator's arguments, and the pool and priority that the preset names.

    Raises:
        UnknownNameError: the image or the preset is not in the settings; the message lists those that are.
    """
    chosen: Preset = _named("preset", preset, settings.presets)
    return {
        "image": _named("image", image, settings.images),
        "namespace": settings.namespace,
        "image_pull_policy": settings.image_pull_policy,
        "image_pull_secrets": [_model(k8s.V1LocalObjectReference, name=name) for name in settings.image_pull_secrets],
        "container_resources": _model(k8s.V1ResourceRequirements, requests=chosen.requests, limits=chosen.limits),
        "env_from": [
            _model(k8s.V1EnvFromSource, secret_ref=_model(k8s.V1SecretEnvSource, name=name))
            for name in settings.env_from_secrets.get(image, ())
        ],
        "labels": settings.labels,
        "service_account_name": settings.service_account,
        # A task talks to data stores, never to Kubernetes.
        "automount_service_account_token": False,
        "security_context": restricted_pod(),
        "container_security_context": restricted_container(),
        # The root file system is read-only, and Python, dbt and obstore want a place for temporary files.
        "volumes": [_model(k8s.V1Volume, name="tmp", empty_dir=_model(k8s.V1EmptyDirVolumeSource))],
        "volume_mounts": [_model(k8s.V1VolumeMount, name="tmp", mount_path="/tmp")],  # noqa: S108  # a mount of its own
        # What a pod that crashed could not say itself, the end of its log says.
        "termination_message_policy": "FallbackToLogsOnError",
        **_scheduling(settings, chosen),
    }


def _scheduling(settings: TaskSettings, preset: Preset) -> dict[str, Any]:
    chosen = settings.model_copy(update=preset.model_dump(include=_OVERRIDES, exclude_none=True))
    return {
        # A pod that hangs ends here, also when nobody watches it any more.
        "active_deadline_seconds": chosen.active_deadline_seconds,
        "node_selector": chosen.node_selector,
        "tolerations": [_model(k8s.V1Toleration, **_snake_case(toleration)) for toleration in chosen.tolerations],
        "priority_class_name": chosen.priority_class_name or None,
        # Absent, they stay what the DAG's default_args and Airflow say.
        **preset.model_dump(include={"pool", "priority_weight"}, exclude_none=True),
    }


def restricted_pod() -> k8s.V1PodSecurityContext:
    """Return the pod's half of Pod Security `restricted`; the user is the image's own."""
    return _model(
        k8s.V1PodSecurityContext,
        run_as_non_root=True,
        seccomp_profile=_model(k8s.V1SeccompProfile, type="RuntimeDefault"),
    )


def restricted_container() -> k8s.V1SecurityContext:
    """Return the container's half of Pod Security `restricted`, with a read-only root file system."""
    return _model(
        k8s.V1SecurityContext,
        allow_privilege_escalation=False,
        read_only_root_filesystem=True,
        run_as_non_root=True,
        capabilities=_model(k8s.V1Capabilities, drop=["ALL"]),
    )


def run_environment(context: Mapping[str, Any], environment: str) -> list[k8s.V1EnvVar]:
    """Return the installation's environment and the run's context as PODFLOW_* variables, for the pod and its ledger.

    `context` is Airflow's task context. A run without a data interval gets empty values.
    """
    task_instance = context["ti"]
    values = {
        "ENVIRONMENT": environment,
        "DAG_ID": task_instance.dag_id,
        "TASK_ID": task_instance.task_id,
        "RUN_ID": task_instance.run_id,
        "MAP_INDEX": task_instance.map_index,
        "TRY_NUMBER": task_instance.try_number,
        "DATA_INTERVAL_START": _iso(context.get("data_interval_start")),
        "DATA_INTERVAL_END": _iso(context.get("data_interval_end")),
    }
    return [_model(k8s.V1EnvVar, name=f"PODFLOW_{name}", value=str(value)) for name, value in values.items()]


def _iso(moment: Any) -> str:
    return moment.isoformat() if moment else ""


def _named(kind: str, name: str, known: Mapping[str, Any]) -> Any:
    try:
        return known[name]
    except KeyError:
        raise UnknownNameError(f"there is no {kind} {name!r}; use one of: {', '.join(sorted(known))}") from None


def _snake_case(toleration: Mapping[str, Any]) -> dict[str, Any]:
    """The Kubernetes client wants `toleration_seconds` for `tolerationSeconds`, its only two-word key."""
    return {{"tolerationSeconds": "toleration_seconds"}.get(key, key): value for key, value in toleration.items()}
