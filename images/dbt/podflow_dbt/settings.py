"""Everything the dbt image reads from its environment, apart from dbt's own profile (dbt/profiles.yml)."""

from pathlib import Path

from pydantic import Field

from podflow_task.settings import TaskSettings


class Settings(TaskSettings):
    """Configuration of one pod.

    Credentials are not here: dbt's profile reads the other WAREHOUSE_* variables, and obstore the AWS_* (GOOGLE_*,
    AZURE_*) ones.
    """

    project: Path = Field(default=Path("dbt"), validation_alias="PODFLOW_DBT_PROJECT")
    """Folder of the dbt project and its profiles.yml; the default fits the image and a checkout's root."""
    warehouse_database: str = "warehouse"
    landing_url: str = ""
    """Root of landing, which keeps the artifacts: an s3://, gs://, az:// or file:// URL. Empty: they are not kept."""
