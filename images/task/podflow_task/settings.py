"""What every task pod reads from its environment; an image's own settings are a subclass."""

from pathlib import Path
from typing import Self

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from podflow_task.errors import SettingsError

RESULT_FILE = Path("/dev/termination-log")
"""Kubernetes' default terminationMessagePath."""


class TaskSettings(BaseSettings):
    """The run that a pod belongs to, as Airflow names it, and where the pod's result goes."""

    model_config = SettingsConfigDict(populate_by_name=True, defer_build=True)

    dag_id: str = Field(default="", validation_alias="PODFLOW_DAG_ID")
    run_id: str = Field(default="", validation_alias="PODFLOW_RUN_ID")
    task_id: str = Field(default="", validation_alias="PODFLOW_TASK_ID")
    map_index: int = Field(default=-1, validation_alias="PODFLOW_MAP_INDEX")
    try_number: int = Field(default=1, validation_alias="PODFLOW_TRY_NUMBER")
    pod: str = Field(default="", validation_alias="HOSTNAME")
    result_file: Path = Field(default=RESULT_FILE, validation_alias="PODFLOW_RESULT_FILE")

    @classmethod
    def read(cls) -> Self:
        """Read the environment.

        Raises:
            SettingsError: a variable is missing or has a wrong value; the message names it.
        """
        try:
            return cls()
        except ValidationError as error:
            first = error.errors(include_input=False)[0]
            variable = "__".join(str(part) for part in first["loc"]).upper()
            raise SettingsError(f"environment variable {variable}: {first['msg']}") from None
