"""Everything the ingest image reads from its environment."""

from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from podflow_ingest.errors import DeclarationError

RESULT_FILE = Path("/dev/termination-log")
"""Kubernetes' default terminationMessagePath."""


class Settings(BaseSettings):
    """Configuration of one pod.

    Credentials of the object store are not here: obstore reads the AWS_* (GOOGLE_*, AZURE_*) variables itself.
    """

    model_config = SettingsConfigDict(env_nested_delimiter="__", populate_by_name=True)

    landing_url: str = ""
    """Root of landing: an s3://, gs://, az:// or file:// URL."""
    connections: dict[str, str] = Field(default_factory=dict)
    """Source systems by the name that a declaration's `connection` uses; CONNECTIONS__<NAME>=<URL>."""

    warehouse_host: str = "localhost"
    warehouse_port: int = 5432
    warehouse_database: str = "warehouse"
    warehouse_user: str = "ingest"
    warehouse_password: SecretStr = SecretStr("")
    warehouse_statement_timeout: int = 1800
    """Seconds after which the server ends a statement."""
    warehouse_lock_timeout: int = 600
    """Seconds to wait for a lock; chunks of one table wait for each other's merge."""

    dag_id: str = Field(default="", validation_alias="PODFLOW_DAG_ID")
    run_id: str = Field(default="", validation_alias="PODFLOW_RUN_ID")
    task_id: str = Field(default="", validation_alias="PODFLOW_TASK_ID")
    map_index: int = Field(default=-1, validation_alias="PODFLOW_MAP_INDEX")
    try_number: int = Field(default=1, validation_alias="PODFLOW_TRY_NUMBER")
    pod: str = Field(default="", validation_alias="HOSTNAME")
    result_file: Path = Field(default=RESULT_FILE, validation_alias="PODFLOW_RESULT_FILE")

    def landing(self) -> str:
        """Return landing's URL.

        Raises:
            DeclarationError: it is not set.
        """
        if not self.landing_url:
            raise DeclarationError("LANDING_URL is not set (in a cluster: a key of the Secret podflow-landing)")
        return self.landing_url

    def connection(self, name: str) -> str:
        """Return the URL of the connection `name`.

        Raises:
            DeclarationError: no such connection is configured.
        """
        url = self.connections.get(name)
        if not url:
            raise DeclarationError(
                f"connection {name!r} is not configured: set CONNECTIONS__{name.upper()} to its URL "
                "(in a cluster: a key of the Secret podflow-connections)"
            )
        return url


def read_settings() -> Settings:
    """Read the environment.

    Raises:
        DeclarationError: a variable is missing or has a wrong value; the message names it.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        variable = "__".join(str(part) for part in first["loc"]).upper()
        raise DeclarationError(f"environment variable {variable}: {first['msg']}") from None
