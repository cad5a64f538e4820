"""The SCRAM users: made where they are missing, and given the password that their Secret has now."""

from collections.abc import Iterator

from declaration import Declaration, SetupError
from kafka.admin import KafkaAdminClient, ScramMechanism, UserScramCredentialUpsertion
from kafka.errors import KafkaError

MECHANISM = ScramMechanism.SCRAM_SHA_512
SECONDS_TO_LOG_IN = 5


def reconcile(admin: KafkaAdminClient, declared: Declaration) -> Iterator[str]:
    """Yield what was changed. A password is compared by logging in with it: brokers keep no password to read."""
    known = admin.describe_user_scram_credentials()
    for user, password in declared.passwords.items():
        if user not in known:
            _set_password(admin, user, password)
            yield f"user {user}: made"
        elif not _can_log_in(declared.clients, user, password):
            _set_password(admin, user, password)
            yield f"user {user}: password changed"


def _set_password(admin: KafkaAdminClient, user: str, password: str) -> None:
    alteration = UserScramCredentialUpsertion(user, MECHANISM, password)
    if error := admin.alter_user_scram_credentials([alteration])[user]:
        raise SetupError(f"user {user}: {error}")


def _can_log_in(bootstrap_servers: str, user: str, password: str) -> bool:
    """Whether the broker takes the password; kafka-python repeats a refused login until its time is over."""
    try:
        KafkaAdminClient(
            bootstrap_servers=bootstrap_servers,
            security_protocol="SASL_PLAINTEXT",
            sasl_mechanism="SCRAM-SHA-512",
            sasl_plain_username=user,
            sasl_plain_password=password,
            bootstrap_timeout_ms=SECONDS_TO_LOG_IN * 1000,
        ).close()
    except KafkaError:
        return False
    return True
