"""kubectl and helm: the host's own where they are new enough, else ours; always called from one directory."""

from __future__ import annotations

import shutil
from pathlib import Path

from k8s import go_tools, host, process
from k8s.errors import CommandFailedError
from k8s.go_families import FAMILIES
from k8s.versions import is_at_least, numbers, pinned

_ASK = {"kubectl": ["version", "--client"], "helm": ["version", "--short"]}


def has_helm() -> bool:
    """Say whether podflow's PATH directory has a helm that fits: the host's, or ours as it is pinned now."""
    return go_tools.is_installed(FAMILIES["helm"]) or _has_hosts("helm")


def has_built_kubectl() -> bool:
    """Say whether podflow's PATH directory has a kubectl that fits: the host's, or the node's."""
    return go_tools.installed("kubectl") == _built_kubectl() or _has_hosts("kubectl")


def has_pulled_kubectl() -> bool:
    """Say whether podflow's PATH directory has a kubectl that fits: the host's, or one out of a pulled image."""
    return go_tools.installed("kubectl") == _pulled_kubectl() or _has_hosts("kubectl")


def install_helm(log: Path) -> None:
    """Make helm callable: the host's own where it fits, else built."""
    own = host_command("helm")
    if own is not None:
        go_tools.link(own, "helm")
    else:
        go_tools.install(FAMILIES["helm"], log)


def install_built_kubectl(log: Path) -> None:
    """Make kubectl callable where the node's programs were built: one of them is kubectl too."""
    own = host_command("kubectl")
    if own is None:
        go_tools.build(FAMILIES["kubernetes"], log)
    go_tools.link(own or _built_kubectl(), "kubectl")


def install_pulled_kubectl(node_image: str, log: Path) -> None:
    """Make kubectl callable where the node's image was pulled: copy it out of the image."""
    own = host_command("kubectl")
    if own is not None:
        go_tools.link(own, "kubectl")
        return
    target = _pulled_kubectl()
    target.parent.mkdir(parents=True, exist_ok=True)
    container = process.output(["docker", "create", node_image]).strip()
    try:
        process.run(["docker", "cp", f"{container}:/usr/bin/kubectl", str(target)], log)
    finally:
        process.succeeds(["docker", "rm", container])
    go_tools.link(target, "kubectl")


def host_command(name: str) -> Path | None:
    """Return the host's own command, not one of podflow's, if its version fits."""
    path = shutil.which(name, path=host.users_path())
    if path is None or Path(path).parent == host.tool_directory():
        return None
    try:
        text = process.output([path, *_ASK[name]])
    except CommandFailedError:
        return None
    return Path(path) if fits(name, text) else None


def fits(name: str, printed: str) -> bool:
    """Say whether the version that a command printed works with the pinned cluster.

    helm 3 from a minimum on; kubectl one minor version off the server at most.
    """
    if name == "helm":
        minimum = pinned("helm", "minimum")
        return is_at_least(printed, minimum) and numbers(printed)[0] == numbers(minimum)[0]
    server = numbers(pinned("kubernetes"))
    client = numbers(printed)
    return len(client) > 1 and client[0] == server[0] and abs(client[1] - server[1]) <= 1


def _has_hosts(name: str) -> bool:
    return go_tools.installed(name) is not None and go_tools.installed(name) == host_command(name)


def _built_kubectl() -> Path:
    return FAMILIES["kubernetes"].directory() / "kubernetes"


def _pulled_kubectl() -> Path:
    return host.cache_directory() / "programs" / f"kubectl-{pinned('kubernetes')}" / "kubectl"
