"""One `docker build`, with what this host's network needs, and its log."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from k8s import host, process


def exists(reference: str) -> bool:
    """Tell whether the engine has an image of this name and tag."""
    return process.succeeds(["docker", "image", "inspect", reference])


def tag(reference: str, other: str) -> None:
    """Give an image another name."""
    process.output(["docker", "tag", reference, other])


def build(
    dockerfile: Path,
    context: Path,
    reference: str,
    arguments: Mapping[str, str],
    labels: Mapping[str, str] | None = None,
) -> None:
    """Build and tag an image; raises CommandFailedError with the builder's last lines."""
    command = ["docker", "build", "--network", "host", "--file", str(dockerfile), "--tag", reference]
    for key, value in arguments.items():
        command += ["--build-arg", f"{key}={value}"]
    for key, value in (labels or {}).items():
        command += ["--label", f"{key}={value}"]
    for proxy in ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"):
        command += ["--build-arg", proxy]  # without a value: docker takes it from the environment, if it is there
    name = reference.partition(":")[0].rpartition("/")[2]
    process.run([*command, str(context)], log(name))


def log(name: str) -> Path:
    """Return the file that holds the output of what was done last with an image."""
    return host.cache_directory() / "logs" / f"image-{name}.log"
