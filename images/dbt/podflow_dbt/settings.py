"""Everything the dbt image reads from its environment, apart from dbt's own profile (dbt/profiles.yml)."""

from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from podflow_dbt.errors import SettingsError

RESULT_FILE = Path("/dev/termination-log")
"""Kubernetes' default terminationMessagePath."""


class Settings(BaseSettings):
    """Configuration of one pod.

    Credentials are not here: dbt's profile reads the other WAREHOUSE_* variables, and obstore the AWS_* (GOOGLE_*,
    AZURE_*) ones.
    """

    model_config = SettingsConfigDict(populate_by_name=True)

    project: Path = Field(default=Path("dbt"), validation_alias="PODFLOW_DBT_PROJECT")
    """Folder of the dbt project and its profiles.yml; the default fits the image and a checkout's root."""
    warehouse_database: str = "warehouse"
    landing_url: str = ""
    """Root of landing, which keeps the artifacts: an s3://, gs://, az:// or file:// URL. Empty: they are not kept."""

    dag_id: str = Field(default="", validation_alias="PODFLOW_DAG_ID")
    run_id: str = Field(default="", validation_alias="PODFLOW_RUN_ID")
    result_file: Path = Field(default=RESULT_FILE, validation_alias="PODFLOW_RESULT_FILE")


def read_settings() -> Settings:
    """Read the environment.

    Raises:
        SettingsError: a variable has a wrong value; the message names it.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        variable = str(first["loc"][0]).upper()
        raise SettingsError(f"environment variable {variable}: {first['msg']}") from None
