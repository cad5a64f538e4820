"""What the chart says about this installation: images, resources, secrets and places of task pods."""

from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic_settings import BaseSettings

IMAGES = ("ingest", "dbt", "producer", "sources")


class Resources(BaseModel):
    """Requests and limits of a task's container, in Kubernetes' own units."""

    model_config = ConfigDict(frozen=True)

    requests: dict[str, str]
    limits: dict[str, str]


def _presets() -> dict[str, Resources]:
    return {
        "small": Resources(requests={"cpu": "50m", "memory": "96Mi"}, limits={"cpu": "1", "memory": "256Mi"}),
        "medium": Resources(requests={"cpu": "100m", "memory": "256Mi"}, limits={"cpu": "1", "memory": "512Mi"}),
        "large": Resources(requests={"cpu": "250m", "memory": "512Mi"}, limits={"cpu": "2", "memory": "2Gi"}),
    }


class TaskSettings(BaseModel):
    """The chart's ConfigMap podflow-tasks; the defaults are for a checkout without a cluster."""

    model_config = ConfigDict(frozen=True)

    namespace: str = "podflow"
    images: dict[str, str] = Field(default_factory=lambda: {name: f"podflow/{name}:latest" for name in IMAGES})
    image_pull_policy: str = "IfNotPresent"
    image_pull_secrets: tuple[str, ...] = ()
    presets: dict[str, Resources] = Field(default_factory=_presets)
    env_from_secrets: dict[str, tuple[str, ...]] = {}
    """Secrets whose keys become the environment, by image."""
    labels: dict[str, str] = {}
    service_account: str = "default"
    active_deadline_seconds: int = 3600
    node_selector: dict[str, str] = {}
    tolerations: tuple[dict[str, Any], ...] = ()
    priority_class_name: str = ""


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
