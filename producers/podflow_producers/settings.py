"""Everything the producer image reads from its environment."""

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from podflow_task.kafka import KafkaSettings


class Settings(KafkaSettings):
    """Configuration of one pod."""

    kafka_delivery_timeout: float = Field(default=60.0, gt=0)
    """Seconds in which an event must be acknowledged, retries included."""

    @field_validator("kafka_sasl_username", "kafka_sasl_password")
    @classmethod
    def _is_there_for_sasl(cls, value: str | SecretStr, others: ValidationInfo) -> str | SecretStr:
        protocol = others.data.get("kafka_security_protocol", "")
        if protocol.startswith("SASL") and not len(value):
            raise ValueError(f"{protocol} logs in by name and password: set it")
        return value
