"""Renders the chart with `helm template` and finds things in what comes out."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
CHART = ROOT / "charts" / "podflow"
KIND_VALUES = ROOT / "k8s" / "values" / "kind.yaml"

Manifest = dict[str, Any]


class RenderError(Exception):
    """Helm refused; the message is what it said."""


@dataclass(frozen=True)
class Rendered:
    """The manifests of one rendering."""

    manifests: tuple[Manifest, ...]

    def of_kind(self, kind: str) -> list[Manifest]:
        return [manifest for manifest in self.manifests if manifest["kind"] == kind]

    def get(self, kind: str, name: str) -> Manifest:
        return next(each for each in self.of_kind(kind) if each["metadata"]["name"] == name)

    def names(self, kind: str) -> set[str]:
        return {manifest["metadata"]["name"] for manifest in self.of_kind(kind)}

    def pods(self) -> Iterator[tuple[str, Manifest]]:
        """Every pod or pod template, with `kind/name` of the resource it comes from."""
        for manifest in self.manifests:
            name = f"{manifest['kind']}/{manifest['metadata']['name']}"
            if manifest["kind"] == "Pod":
                yield name, manifest
            elif manifest["kind"] == "CronJob":
                yield name, manifest["spec"]["jobTemplate"]["spec"]["template"]
            elif "template" in manifest.get("spec", {}):
                yield name, manifest["spec"]["template"]

    def containers(self) -> Iterator[tuple[str, Manifest]]:
        """Every container, init containers too, with `kind/name/container`."""
        for name, pod in self.pods():
            for container in [*pod["spec"].get("initContainers", []), *pod["spec"]["containers"]]:
                yield f"{name}/{container['name']}", container

    def servers(self) -> Iterator[tuple[str, Manifest]]:
        """The pods that run until they are told to stop."""
        return ((name, pod) for name, pod in self.pods() if name.split("/")[0] in {"Deployment", "StatefulSet"})


def helm_binary() -> str:
    """Find helm where podflow's own tools are, else on PATH."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    found = shutil.which("helm", path=str(cache / "podflow" / "bin")) or shutil.which("helm")
    if not found:
        raise RenderError("helm is neither in the cache directory's podflow/bin nor on PATH: run `make kind-up` once")
    return found


def helm(*arguments: str, values: Manifest | None = None) -> str:
    """Run helm with the values on its standard input; return its output."""
    done = subprocess.run(
        [helm_binary(), *arguments, *(["--values", "-"] if values is not None else [])],
        input=yaml.safe_dump(values) if values is not None else None,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RenderError(done.stderr)
    return done.stdout


def render(values: Manifest | None = None, *, release: str = "podflow", chart: Path = CHART) -> Rendered:
    """Render the chart as `helm install RELEASE --namespace podflow` would, without a cluster."""
    text = helm("template", release, str(chart), "--namespace", "podflow", values=values or {})
    return Rendered(tuple(manifest for manifest in yaml.safe_load_all(text) if manifest))


def with_images(tag: str) -> Manifest:
    """Values that set the tag of every image."""
    return {"images": {"tag": tag}}
