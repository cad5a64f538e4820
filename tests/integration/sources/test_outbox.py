"""A delivery to a store that is starting, as on the day of an installation."""

import secrets
import threading

import pytest

from podflow_sources.errors import DeliveryError
from podflow_sources.outbox import Outbox
from tests.servers import Bucket, Server


@pytest.fixture
def name(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the name of a bucket that is not there."""
    for variable, value in bucket.environment.items():
        monkeypatch.setenv(variable, value)
    return f"late-{secrets.token_hex(4)}"


def test_a_file_waits_for_its_bucket(name: str, objectstore_server: Server) -> None:
    outbox = Outbox(f"s3://{name}")
    making = threading.Timer(2, objectstore_server.execute, ["mkdir", f"/var/lib/objectstore/{name}"])
    making.start()
    outbox.wait(60)
    outbox.put("file.csv", b"content")
    making.join()
    assert outbox.has("file.csv")


def test_a_bucket_that_does_not_come_is_named(name: str) -> None:
    with pytest.raises(DeliveryError, match=rf"s3://{name}: "):
        Outbox(f"s3://{name}").wait(1.5)
