"""Everything the sources image reads from its environment."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Configuration of one pod. obstore reads the object store's credentials (AWS_* and the like) itself."""

    model_config = SettingsConfigDict(env_nested_delimiter="__", populate_by_name=True)

    connections: dict[str, str] = Field(default_factory=dict)
    """Where source systems' files lie, by name; CONNECTIONS__<NAME>=<URL>."""
    result_file: Path = Field(default=Path("/dev/termination-log"), validation_alias="PODFLOW_RESULT_FILE")
    """Kubernetes reads a pod's result here; not written where it does not exist."""
