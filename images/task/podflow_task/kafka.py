"""Where Kafka's brokers are and how to log in: KAFKA_*, as the Secret of a broker's user has it."""

from typing import Literal

from pydantic import Field, SecretStr

from podflow_task.settings import TaskSettings

_LOGIN_REFUSED = {58, -169}
"""SASL_AUTHENTICATION_FAILED, and librdkafka's _AUTHENTICATION."""


def is_login_refused(number: int, reason: str) -> bool:
    """Say if an error of librdkafka is a refused login, and not a connection that broke while it logged in."""
    return number in _LOGIN_REFUSED and "transport failure" not in reason


def login_refused(servers: str, why: object) -> str:
    """Say that the broker refuses the login, and which settings to look at."""
    return (
        f"the broker at {servers} refuses the login ({why}): "
        "check KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD"
    )


def no_answer(servers: str, why: object) -> str:
    """Say that no broker answers, and which settings to look at."""
    return (
        f"no broker answers at {servers} ({why}): "
        "check that it runs, KAFKA_BOOTSTRAP_SERVERS, KAFKA_SECURITY_PROTOCOL and KAFKA_CA"
    )


class KafkaSettings(TaskSettings):
    """Configuration of a pod that is a client of Kafka."""

    kafka_bootstrap_servers: str = "localhost:9092"
    """Comma-separated host:port pairs."""
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    kafka_sasl_username: str = Field(default="", validate_default=True)
    kafka_sasl_password: SecretStr = Field(default=SecretStr(""), validate_default=True)
    kafka_ca: str = ""
    """Who signed the brokers' certificates: PEM text, or the path of such a file; empty: the system's authorities."""

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

    def librdkafka(self) -> dict[str, str]:
        """Return all of this as librdkafka calls it."""
        options = {
            "bootstrap.servers": self.kafka_bootstrap_servers,
            "security.protocol": str(self.kafka_security_protocol),
        }
        if self.uses_sasl:
            options["sasl.mechanism"] = self.kafka_sasl_mechanism
            options["sasl.username"] = self.kafka_sasl_username
            options["sasl.password"] = self.kafka_sasl_password.get_secret_value()
        if self.uses_tls and self.kafka_ca:
            options["ssl.ca.pem" if self.ca_is_text else "ssl.ca.location"] = self.kafka_ca
        return options
