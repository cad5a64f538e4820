"""Everything the sources image reads from its environment."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from podflow_task.settings import TaskSettings


class Settings(TaskSettings):
    """Configuration of one pod. obstore reads the object store's credentials (AWS_* and the like) itself."""

    model_config = SettingsConfigDict(env_nested_delimiter="__")

    connections: dict[str, str] = Field(default_factory=dict)
    """Where source systems' files lie, by name; CONNECTIONS__<NAME>=<URL>."""
