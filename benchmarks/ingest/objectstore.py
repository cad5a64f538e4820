"""The landing zone: the chart's object store over a volume."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from benchmarks.ingest.docker import Container, serving, wait_until_ready

_DATA = "/var/lib/objectstore"
_BUCKET = "landing"


@dataclass(frozen=True)
class ObjectStore:
    """The running gateway, with one bucket."""

    container: Container
    password: str = field(repr=False)

    def environment(self, prefix: str) -> dict[str, str]:
        """Return what the Secret podflow-landing puts into a pod, with a landing of its own below `prefix`."""
        return {
            "LANDING_URL": f"s3://{_BUCKET}/{prefix}",
            "AWS_ENDPOINT_URL": f"http://{self.container.address}:7070",
            "AWS_ACCESS_KEY_ID": "benchmark",
            "AWS_SECRET_ACCESS_KEY": self.password,
            "AWS_REGION": "us-east-1",
            "AWS_ALLOW_HTTP": "true",
        }

    def forget(self, prefix: str) -> None:
        """Delete a landing."""
        self.container.execute("rm", "-rf", f"{_DATA}/{_BUCKET}/{prefix}")


@contextmanager
def running(image: str) -> Iterator[ObjectStore]:
    """Run the gateway while the body runs."""
    password = secrets.token_hex(12)
    options = [f"--env=ROOT_SECRET_KEY={password}", "--env=ROOT_ACCESS_KEY=benchmark"]
    options.append(f"--mount=type=volume,destination={_DATA}")
    with serving(image, options, ["--port", ":7070", "posix", _DATA]) as container:
        wait_until_ready(container, "mkdir", "-p", f"{_DATA}/{_BUCKET}")
        yield ObjectStore(container, password)
