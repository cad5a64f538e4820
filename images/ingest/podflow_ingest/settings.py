"""Everything the ingest image reads from its environment."""

from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from podflow_ingest.environments import DEFAULTS, Environment
from podflow_ingest.errors import DeclarationError
from podflow_task.kafka import KafkaSettings


class Settings(KafkaSettings):
    """Configuration of one pod. What no variable says, the environment says (see environments), then the defaults here.

    Credentials of the object store are not here: obstore reads the AWS_* (GOOGLE_*, AZURE_*) variables itself.
    """

    model_config = SettingsConfigDict(env_nested_delimiter="__")

    environment: Environment = Field(default="prod", validation_alias="PODFLOW_ENVIRONMENT")
    landing_url: str = ""
    """Root of landing: an s3://, gs://, az:// or file:// URL."""
    landing_folder: str = Field(default="", pattern=r"^[\w-]*$")
    """A folder below that root which is this environment's landing; empty: the root itself."""
    connections: dict[str, SecretStr] = Field(default_factory=dict)
    """Source systems by the name that a declaration's `connection` uses; CONNECTIONS__<NAME>=<URL>."""
    connection_headers: dict[str, dict[str, SecretStr]] = Field(default_factory=dict)
    """What requests to an API carry; CONNECTION_HEADERS__<NAME>__<HEADER>=<VALUE>, with _ for - in HEADER."""
    requests_per_second: float | None = Field(default=None, gt=0)
    """The most that an API is asked, whatever a declaration allows; None: as declared."""
    request_attempts: int | None = Field(default=None, gt=0)
    """The most often that a request is tried, whatever a declaration says; None: as declared."""
    source_statement_timeout: int = 3600
    """Seconds after which a source database ends a statement of ours."""

    warehouse_host: str = "localhost"
    warehouse_port: int = 5432
    warehouse_database: str = "warehouse"
    warehouse_user: str = "ingest"
    warehouse_password: SecretStr = SecretStr("")
    warehouse_statement_timeout: int = 1800
    """Seconds after which the server ends a statement."""
    warehouse_lock_timeout: int = 600
    """Seconds to wait for a lock; chunks of one table wait for each other's merge."""

    kafka_patience: float = Field(default=60.0, gt=0)
    """Seconds without an answer or a message, after which a broker counts as away."""
    kafka_batch_rows: int = Field(default=40_000, gt=0)
    kafka_batch_bytes: int = Field(default=32 * 1024 * 1024, gt=0)
    """A transaction of a sink ends with the look that reaches either: it brings 2,000 messages at most."""
    kafka_linger: float = Field(default=2.0, ge=0)
    """Seconds that `follow` waits for more messages before it writes a few."""
    heartbeat_file: Path | None = Field(default=None, validation_alias="PODFLOW_HEARTBEAT_FILE")
    """What a sink touches while it is alive; the probes of the chart's Deployment look at it."""

    @model_validator(mode="before")
    @classmethod
    def _fill_in_what_the_environment_says(cls, values: dict[str, Any]) -> dict[str, Any]:
        given = values.get("PODFLOW_ENVIRONMENT", values.get("environment"))
        return {**DEFAULTS.get(given, {}), **values}

    def landing(self) -> str:
        """Return landing's URL.

        Raises:
            DeclarationError: it is not set.
        """
        if not self.landing_url:
            raise DeclarationError("LANDING_URL is not set (in a cluster: a key of the Secret podflow-landing)")
        if not self.landing_folder:
            return self.landing_url
        return f"{self.landing_url.rstrip('/')}/{self.landing_folder}"

    def connection(self, name: str) -> str:
        """Return the URL of the connection `name`.

        Raises:
            DeclarationError: no such connection is configured.
        """
        url = self.connections.get(name, SecretStr("")).get_secret_value()
        if not url:
            raise DeclarationError(
                f"connection {name!r} is not configured: set CONNECTIONS__{name.upper()} to its URL "
                "(in a cluster: a key of the Secret podflow-connections)"
            )
        return url

    def headers(self, name: str) -> dict[str, str]:
        """Return the headers of requests to the connection `name`; values are secrets."""
        found = self.connection_headers.get(name, {})
        return {header.replace("_", "-"): value.get_secret_value() for header, value in found.items()}
