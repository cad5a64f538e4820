"""What an error of librdkafka means."""

import pytest

from podflow_task.kafka import is_login_refused


@pytest.mark.parametrize(
    ("number", "reason", "refused"),
    [
        (58, "SASL Authentication failed", True),
        (
            -169,
            "SASL authentication error: Authentication failed during authentication due to invalid credentials",
            True,
        ),
        (-169, "SASL SCRAM-SHA-512 mechanism handshake failed: Local: Broker transport failure", False),
        (-195, "Connect to broker failed: Connection refused", False),
    ],
)
def test_a_connection_that_breaks_while_it_logs_in_is_no_refused_login(number: int, reason: str, refused: bool) -> None:
    assert is_login_refused(number, reason) is refused
