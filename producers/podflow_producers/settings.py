"""Everything the producer image reads from its environment."""

from typing import Literal

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from podflow_task.settings import TaskSettings


class Settings(TaskSettings):
    """Configuration of one pod; KAFKA_* comes from the Secret of the broker's user."""

    kafka_bootstrap_servers: str = "localhost:9092"
    """Comma-separated host:port pairs."""
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    kafka_sasl_username: str = Field(default="", validate_default=True)
    kafka_sasl_password: SecretStr = Field(default=SecretStr(""), validate_default=True)
    kafka_ca: str = ""
    """Who signed the brokers' certificates: PEM text, or the path of such a file; empty: the system's authorities."""
    kafka_delivery_timeout: float = Field(default=60.0, gt=0)
    """Seconds in which an event must be acknowledged, retries included."""

    @property
    def uses_sasl(self) -> bool:
        """Whether the client logs in by name and password."""
        return self.kafka_security_protocol.startswith("SASL")

    @property
    def uses_tls(self) -> bool:
        """Whether the connection is encrypted."""
        return self.kafka_security_protocol.endswith("SSL")

    @property
    def ca_is_text(self) -> bool:
        """Whether kafka_ca holds the certificates themselves."""
        return "-----BEGIN" in self.kafka_ca

    @field_validator("kafka_sasl_username", "kafka_sasl_password")
    @classmethod
    def _is_there_for_sasl(cls, value: str | SecretStr, others: ValidationInfo) -> str | SecretStr:
        protocol = others.data.get("kafka_security_protocol", "")
        if protocol.startswith("SASL") and not len(value):
            raise ValueError(f"{protocol} logs in by name and password: set it")
        return value
