"""The images that every Dockerfile stands on: Debian, Python on it, and the base of the build stages on that."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from k8s import ca, debian_images, docker_build, image_inputs, surroundings
from k8s.image_inputs import BUILD_BASE, PYTHON_BASE, ROOT
from k8s.progress import Progress
from k8s.surroundings import Surroundings
from k8s.versions import pinned

_CERTIFICATE_END = "-----END CERTIFICATE-----\n"


def ensure(progress: Progress) -> dict[str, str]:
    """Make the bases that the engine lacks; return the build arguments that name them in a Dockerfile."""
    _ensure_debian(progress)
    python = _ensure(f"podflow/{PYTHON_BASE}:{image_inputs.content_tag(PYTHON_BASE)}", PYTHON_BASE, {}, progress)
    arguments = {"PYTHON_IMAGE": python}
    certificates = host_certificates()
    tag = image_inputs.content_tag(BUILD_BASE)
    if certificates:
        tag += "-" + hashlib.sha256("".join(certificates).encode()).hexdigest()[:12]
    build = _ensure(f"podflow/{BUILD_BASE}:{tag}", BUILD_BASE, arguments, progress)
    return {**arguments, "BUILD_IMAGE": build}


def host_certificates() -> list[str]:
    """Return the certificates of this host's bundle, where it has one of its own."""
    bundle = ca.host_ca_bundle()
    return split_certificates(bundle.read_text()) if bundle else []


def split_certificates(bundle: str) -> list[str]:
    """Return the certificates of a PEM bundle one by one, each once; comments between them are dropped."""
    blocks = [part.partition("-----BEGIN CERTIFICATE-----") for part in bundle.split(_CERTIFICATE_END)]
    return list(dict.fromkeys(f"{begin}{body}{_CERTIFICATE_END}" for _, begin, body in blocks if begin))


def _ensure(reference: str, name: str, arguments: dict[str, str], progress: Progress) -> str:
    if not docker_build.exists(reference):
        with progress.step(f"building {reference}"), _context(name) as context:
            docker_build.build(context / "Dockerfile", context, reference, arguments)
    # The name that Dockerfiles have by default: for skaffold, and for a `docker build` by hand.
    docker_build.tag(reference, f"podflow/{name}:latest")
    return reference


@contextmanager
def _context(name: str) -> Iterator[Path]:
    """Yield a temporary copy of a base's folder; the build base's has the host's certificates beside its files."""
    with tempfile.TemporaryDirectory() as folder:
        context = Path(folder) / name
        shutil.copytree(ROOT / "images" / name, context)
        certificates: Sequence[str] = host_certificates() if name == BUILD_BASE else []
        for number, certificate in enumerate(certificates):
            (context / f"host-{number:03}.crt").write_text(certificate)
        yield context


def _ensure_debian(progress: Progress) -> None:
    """Get the image that every Dockerfile starts from; `make kind-up` has done so before, `make images` has not."""
    suite = pinned("debian", "images")
    if debian_images.is_present(suite):
        return
    pulled = surroundings.detect() is Surroundings.DOCKER_HUB
    with progress.step(f"{debian_images.reference(suite)}: {'pulling' if pulled else 'building'}"):
        (debian_images.pull if pulled else debian_images.build)(suite, docker_build.log("debian"))
