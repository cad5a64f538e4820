"""Everything the producer image reads from its environment."""

from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings

from podflow_producers.errors import ConfigurationError

RESULT_FILE = Path("/dev/termination-log")
"""Kubernetes' default terminationMessagePath."""


class Settings(BaseSettings):
    """Configuration of one pod; KAFKA_* comes from the Secret podflow-kafka-client."""

    kafka_bootstrap_servers: str = "localhost:9092"
    """Comma-separated host:port pairs."""
    kafka_security_protocol: Literal["PLAINTEXT", "SSL"] = "PLAINTEXT"
    kafka_delivery_timeout: float = 60.0
    """Seconds in which an event must be acknowledged, retries included."""
    result_file: Path = Field(default=RESULT_FILE, validation_alias="PODFLOW_RESULT_FILE")


def read_settings() -> Settings:
    """Read the environment; raises ConfigurationError that names the variable."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        raise ConfigurationError(f"environment variable {str(first['loc'][0]).upper()}: {first['msg']}") from None
