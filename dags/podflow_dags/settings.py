"""What the chart says about this installation: images, resources, secrets and places of task pods."""

from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic_settings import BaseSettings

IMAGES = ("ingest", "dbt", "producer", "sources")


class Preset(BaseModel):
    """Requests and limits of a task's container, in Kubernetes' own units, and where it differs from other tasks.

    What is None is as in TaskSettings, or as Airflow has it.
    """

    # `cpu: 2` is as good a quantity as `cpu: "2"`.
    model_config = ConfigDict(frozen=True, coerce_numbers_to_str=True)

    requests: dict[str, str]
    limits: dict[str, str]
    pool: str | None = None
    priority_weight: int | None = None
    active_deadline_seconds: int | None = None
    node_selector: dict[str, str] | None = None
    tolerations: tuple[dict[str, Any], ...] | None = None
    priority_class_name: str | None = None


def _presets() -> dict[str, Preset]:
    return {
        "small": Preset(requests={"cpu": "50m", "memory": "96Mi"}, limits={"cpu": "1", "memory": "256Mi"}),
        "medium": Preset(requests={"cpu": "100m", "memory": "256Mi"}, limits={"cpu": "1", "memory": "512Mi"}),
        "large": Preset(requests={"cpu": "250m", "memory": "512Mi"}, limits={"cpu": "2", "memory": "2Gi"}),
    }


class TaskSettings(BaseModel):
    """The chart's ConfigMap podflow-tasks; the defaults are for a checkout without a cluster."""

    model_config = ConfigDict(frozen=True)

    namespace: str = "podflow"
    environment: str = "prod"
    """dev, stage or prod: what the images that differ by it go by."""
    images: dict[str, str] = Field(default_factory=lambda: {name: f"podflow/{name}:latest" for name in IMAGES})
    image_pull_policy: str = "IfNotPresent"
    image_pull_secrets: tuple[str, ...] = ()
    presets: dict[str, Preset] = Field(default_factory=_presets)
    env_from_secrets: dict[str, tuple[str, ...]] = {}
    """Secrets whose keys become the environment, by image."""
    labels: dict[str, str] = {}
    service_account: str = "default"
    schedule_timeout_seconds: int = 600
    """How long a pod may wait for a node."""
    start_timeout_seconds: int = 300
    """How long its container may take to start there."""
    failed_pods_kept_seconds: int = 86400
    active_deadline_seconds: int = 3600
    node_selector: dict[str, str] = {}
    tolerations: tuple[dict[str, Any], ...] = ()
    priority_class_name: str = ""


class AirflowAccess(BaseSettings):
    """Where Airflow's REST API is, and a user of it; for the clean-up of pods alone."""

    podflow_airflow_url: str
    admin_username: str
    admin_password: SecretStr


class _Environment(BaseSettings):
    podflow_tasks_file: Path | None = None


@cache
def task_settings() -> TaskSettings:
    """Read the file that PODFLOW_TASKS_FILE names; without the variable, return the defaults.

    Raises:
        OSError: the variable names a file that cannot be read.
        pydantic.ValidationError: the file is not what the chart renders.
    """
    file = _Environment().podflow_tasks_file
    return TaskSettings.model_validate_json(file.read_bytes()) if file else TaskSettings()
