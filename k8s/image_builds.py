"""The project's own images: built where their content tag is missing, loaded into kind, pushed to a registry."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from k8s import build_base, docker_build, engine, image_inputs, process
from k8s.errors import ClusterError
from k8s.image_inputs import ROOT
from k8s.progress import Progress

# Long builds first, so that both cores end at about the same time.
_LONGEST_FIRST = ("objectstore", "kafka", "airflow", "dbt", "postgres")
_BUILDS_AT_ONCE = 2


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
    missing = [name for name, reference in wanted.items() if not docker_build.exists(reference)]
    if missing:
        engine.ensure(progress)
        _build_all(sorted(missing, key=_position), build_base.ensure(progress), progress)
    return wanted


def load(cluster: str, images: Sequence[str], progress: Progress) -> None:
    """Copy into the kind cluster's node the images that it lacks; one archive, so that shared layers travel once."""
    node = f"{cluster}-control-plane"
    listing = process.output(["docker", "exec", node, "ctr", "--namespace=k8s.io", "images", "list", "--quiet"])
    present = set(listing.split())
    missing = [image for image in images if f"docker.io/{image}" not in present]
    if not missing:
        return
    log = docker_build.log("load")
    with progress.step(f"loading {len(missing)} images into {cluster}"), tempfile.TemporaryDirectory() as folder:
        archive = str(Path(folder) / "images.tar")
        process.run(["docker", "save", "--output", archive, *missing], log)
        process.run(["kind", "load", "image-archive", archive, "--name", cluster], log)


def push(images: Sequence[str], registry: Registry, progress: Progress) -> None:
    """Tag images for a registry and push them; `docker login` is the user's."""
    for image in images:
        target = registry.reference(image)
        with progress.step(f"pushing {target}"):
            process.run(["docker", "tag", image, target], docker_build.log("push"))
            process.run(["docker", "push", target], docker_build.log("push"))


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


def _position(name: str) -> int:
    return _LONGEST_FIRST.index(name) if name in _LONGEST_FIRST else len(_LONGEST_FIRST)


def _build_all(names: Sequence[str], bases: Mapping[str, str], progress: Progress) -> None:
    with ThreadPoolExecutor(_BUILDS_AT_ONCE) as builders:
        futures = [builders.submit(_build, name, bases, progress) for name in names]
        try:
            for future in futures:
                future.result()
        except BaseException:
            builders.shutdown(wait=False, cancel_futures=True)
            raise


def _build(name: str, bases: Mapping[str, str], progress: Progress) -> None:
    reference = references([name])[name]
    dockerfile = ROOT / "images" / name / "Dockerfile"
    arguments = {key: value for key, value in bases.items() if f"ARG {key}=" in dockerfile.read_text()}
    labels = {
        "org.opencontainers.image.title": f"podflow/{name}",
        "org.opencontainers.image.version": image_inputs.version(),
        "org.opencontainers.image.revision": revision(image_inputs.paths(name)),
    }
    with progress.step(f"building {reference}"):
        docker_build.build(dockerfile, ROOT, reference, arguments, labels)


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
