"""Where the cluster's parts come from: Docker Hub, or package registries; either way a plan of work.

A plan is a list of stages; a stage is a list of lanes that run side by side.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from k8s import debian_images, go_tools, host_tools, node_image, plan
from k8s.cluster import Node
from k8s.go_families import FAMILIES, Family
from k8s.plan import Lane, Work
from k8s.surroundings import Surroundings
from k8s.versions import pinned


@dataclass(frozen=True)
class Source:
    """A way to get all parts: the node that comes of it, and the work that it takes."""

    node: Node
    stages: list[list[Lane]]

    def missing(self) -> list[list[list[Work]]]:
        """Return the stages' work that is not done yet."""
        return [lanes for lanes in map(plan.missing, self.stages) if lanes]


def source_of(found: Surroundings) -> Source:
    """Return the way to get all parts in some surroundings."""
    return _pulled() if found is Surroundings.DOCKER_HUB else _built()


def tool_work(name: str) -> Work:
    """Return the work that makes one host tool callable: kind, helm, or another family of Go programs."""
    if name == "helm":
        return Work(name, "helm: building", host_tools.has_helm, host_tools.install_helm)
    family = FAMILIES[name]
    return Work(name, f"{name}: building", partial(go_tools.is_installed, family), partial(go_tools.install, family))


def _pulled() -> Source:
    image = pinned("kubernetes", "docker_hub_node")
    pulls = [
        _debian_work(pinned("debian", "images"), "pulling", debian_images.pull),
        _node_work(image, "pulling", partial(node_image.pull, image)),
    ]
    install = partial(host_tools.install_pulled_kubectl, image)
    kubectl = Work("kubectl", "kubectl: copying from the node image", host_tools.has_pulled_kubectl, install)
    return Source(Node(image, has_own_network=False), [[pulls, [tool_work("kind"), tool_work("helm")]], [[kubectl]]])


def _built() -> Source:
    image = node_image.reference()
    bases = [_debian_work(pinned("debian", name), "building", debian_images.build) for name in ("images", "node")]
    families = [] if node_image.is_present(image) else node_image.families()
    programs = [_program_work(family) for family in families]
    title = "kubectl: one of the node's programs"
    kubectl = Work("kubectl", title, host_tools.has_built_kubectl, host_tools.install_built_kubectl)
    node = _node_work(image, "building", node_image.build)
    stages: list[list[Lane]] = [[bases, [tool_work("kind"), tool_work("helm"), *programs]], [[kubectl, node]]]
    return Source(Node(image, has_own_network=True), stages)


def _debian_work(suite: str, verb: str, make: Callable[[str, Path], None]) -> Work:
    title = f"{debian_images.reference(suite)}: {verb}"
    return Work(f"debian-{suite}", title, partial(debian_images.is_present, suite), partial(make, suite))


def _node_work(image: str, verb: str, make: Callable[[Path], None]) -> Work:
    return Work("node-image", f"node image: {verb}", partial(node_image.is_present, image), make)


def _program_work(family: Family) -> Work:
    title = f"{family.name}: building"
    return Work(family.name, title, partial(go_tools.is_built, family), partial(go_tools.build, family))
