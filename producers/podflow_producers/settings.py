"""Everything the producer image reads from its environment."""

from typing import Literal

from podflow_task.settings import TaskSettings


class Settings(TaskSettings):
    """Configuration of one pod; KAFKA_* comes from the Secret podflow-kafka-client."""

    kafka_bootstrap_servers: str = "localhost:9092"
    """Comma-separated host:port pairs."""
    kafka_security_protocol: Literal["PLAINTEXT", "SSL"] = "PLAINTEXT"
    kafka_delivery_timeout: float = 60.0
    """Seconds in which an event must be acknowledged, retries included."""
