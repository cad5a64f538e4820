"""The project's own images: built where their content tag is missing, loaded into kind, pushed to a registry."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from k8s import ca, debian_images, engine, host, image_inputs, process, surroundings
from k8s.errors import ClusterError
from k8s.image_inputs import BUILD_BASE, ROOT
from k8s.progress import Progress
from k8s.surroundings import Surroundings
from k8s.versions import pinned

# Long builds first, so that both cores end at about the same time.
_LONGEST_FIRST = ("objectstore", "kafka", "airflow", "dbt", "postgres")
_BUILDS_AT_ONCE = 2
_CERTIFICATE_END = "-----END CERTIFICATE-----\n"


@dataclass(frozen=True)
class Registry:
    """Where images are pushed: the registry with its path (`registry.example/team`), and a tag.

    Without a tag each image keeps its content tag.
    """

    address: str
    tag: str | None = None

    def reference(self, image: str) -> str:
        """Return the name that a local image `podflow/<name>:<tag>` has in this registry."""
        repository, tag = image.rsplit(":", 1)
        return f"{self.address.rstrip('/')}/{repository}:{self.tag or tag}"


def image_tags(names: Sequence[str] = ()) -> dict[str, str]:
    """Return the content tag of each named image, or of all."""
    return {name: image_inputs.content_tag(name) for name in names or image_inputs.names()}


def references(names: Sequence[str] = ()) -> dict[str, str]:
    """Return the local reference `podflow/<name>:<content tag>` of each named image, or of all."""
    return {name: f"podflow/{name}:{tag}" for name, tag in image_tags(names).items()}


def ensure(names: Sequence[str], progress: Progress) -> dict[str, str]:
    """Build the named images (all, where none is named) that the engine lacks; return name to reference.

    Raises CommandFailedError with the builder's last lines, and UnknownImageError for a name without a Dockerfile.
    """
    unknown = sorted(set(names) - set(image_inputs.names()))
    if unknown:
        raise UnknownImageError(f"No image {', '.join(unknown)}: there are {', '.join(image_inputs.names())}")
    wanted = references(names)
    missing = [name for name, reference in wanted.items() if not _exists(reference)]
    if missing:
        engine.ensure(progress)
        _ensure_debian(progress)
        base = _ensure_build_base(progress)
        _build_all(sorted(missing, key=_position), base, progress)
    return wanted


def load(cluster: str, images: Sequence[str], progress: Progress) -> None:
    """Copy into the kind cluster's node the images that it lacks; one archive, so that shared layers travel once."""
    node = f"{cluster}-control-plane"
    listing = process.output(["docker", "exec", node, "ctr", "--namespace=k8s.io", "images", "list", "--quiet"])
    present = set(listing.split())
    missing = [image for image in images if f"docker.io/{image}" not in present]
    if not missing:
        return
    log = _log("load")
    with progress.step(f"loading {len(missing)} images into {cluster}"), tempfile.TemporaryDirectory() as folder:
        archive = str(Path(folder) / "images.tar")
        process.run(["docker", "save", "--output", archive, *missing], log)
        process.run(["kind", "load", "image-archive", archive, "--name", cluster], log)


def push(images: Sequence[str], registry: Registry, progress: Progress) -> None:
    """Tag images for a registry and push them; `docker login` is the user's."""
    for image in images:
        target = registry.reference(image)
        with progress.step(f"pushing {target}"):
            process.run(["docker", "tag", image, target], _log("push"))
            process.run(["docker", "push", target], _log("push"))


def helm_values(names: Sequence[str] = (), registry: Registry | None = None) -> str:
    """Return Helm values (YAML) that make the chart use exactly these images."""
    lines = ["images:"]
    if registry:
        lines.append(f"  registry: {registry.address}")
    for name, tag in image_tags(names).items():
        lines.append(f"  {name}: {{tag: {registry.tag if registry and registry.tag else tag}}}")
    return "\n".join(lines) + "\n"


class UnknownImageError(ClusterError):
    """A name was given that no folder in images/ has."""


def split_certificates(bundle: str) -> list[str]:
    """Return the certificates of a PEM bundle one by one, each once; comments between them are dropped."""
    blocks = [part.partition("-----BEGIN CERTIFICATE-----") for part in bundle.split(_CERTIFICATE_END)]
    return list(dict.fromkeys(f"{begin}{body}{_CERTIFICATE_END}" for _, begin, body in blocks if begin))


def _exists(reference: str) -> bool:
    return process.succeeds(["docker", "image", "inspect", reference])


def _position(name: str) -> int:
    return _LONGEST_FIRST.index(name) if name in _LONGEST_FIRST else len(_LONGEST_FIRST)


def _build_all(names: Sequence[str], base: str, progress: Progress) -> None:
    with ThreadPoolExecutor(_BUILDS_AT_ONCE) as builders:
        futures = [builders.submit(_build, name, base, progress) for name in names]
        try:
            for future in futures:
                future.result()
        except BaseException:
            builders.shutdown(wait=False, cancel_futures=True)
            raise


def _build(name: str, base: str, progress: Progress) -> None:
    reference = references([name])[name]
    arguments = {
        "BUILD_IMAGE": base,
        "VERSION": image_inputs.version(),
        "REVISION": revision(image_inputs.paths(name)),
    }
    dockerfile = ROOT / "images" / name / "Dockerfile"
    with progress.step(f"building {reference}"):
        _docker_build(dockerfile, ROOT, reference, arguments)


def _docker_build(dockerfile: Path, context: Path, reference: str, arguments: dict[str, str]) -> None:
    command = ["docker", "build", "--network", "host", "--file", str(dockerfile), "--tag", reference]
    for key, value in arguments.items():
        command += ["--build-arg", f"{key}={value}"]
    for proxy in ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"):
        command += ["--build-arg", proxy]  # without a value: docker takes it from the environment, if it is there
    name = reference.partition(":")[0].rpartition("/")[2]
    process.run([*command, str(context)], _log(name))


def _ensure_debian(progress: Progress) -> None:
    """Get the image that every Dockerfile starts from; `make kind-up` has done so before, `make images` has not."""
    suite = pinned("debian", "images")
    if debian_images.is_present(suite):
        return
    pulled = surroundings.detect() is Surroundings.DOCKER_HUB
    with progress.step(f"{debian_images.reference(suite)}: {'pulling' if pulled else 'building'}"):
        (debian_images.pull if pulled else debian_images.build)(suite, _log("debian"))


def _ensure_build_base(progress: Progress) -> str:
    """Return the reference of the build base, which is made anew when the host's certificates change."""
    bundle = ca.host_ca_bundle()
    certificates = split_certificates(bundle.read_text()) if bundle else []
    tag = image_inputs.content_tag(BUILD_BASE)
    if certificates:
        tag += "-" + hashlib.sha256("".join(certificates).encode()).hexdigest()[:12]
    reference = f"podflow/{BUILD_BASE}:{tag}"
    if not _exists(reference):
        with progress.step(f"building {reference}"), _build_base_context(certificates) as context:
            _docker_build(context / "Dockerfile", context, reference, {})
    return reference


@contextmanager
def _build_base_context(certificates: Sequence[str]) -> Iterator[Path]:
    """Yield a temporary copy of the build base's folder, with the host's certificates beside its files."""
    with tempfile.TemporaryDirectory() as folder:
        context = Path(folder) / BUILD_BASE
        shutil.copytree(ROOT / "images" / BUILD_BASE, context)
        for number, certificate in enumerate(certificates):
            (context / f"host-{number:03}.crt").write_text(certificate)
        yield context


def revision(inputs: Sequence[Path]) -> str:
    """Return the last commit that touched these paths, with `-dirty` where they hold uncommitted changes."""
    git = ["git", "-C", str(ROOT)]
    files = ["--", *map(str, inputs)]
    try:
        commit = process.output([*git, "log", "-1", "--format=%H", *files]).strip()
        changes = process.output([*git, "status", "--porcelain", *files]).strip()
    except ClusterError:  # a released archive has no history
        return "unknown"
    return f"{commit or 'uncommitted'}{'-dirty' if changes else ''}"


def _log(name: str) -> Path:
    return host.cache_directory() / "logs" / f"image-{name}.log"
