"""The image of the kind node: built from Debian packages and Go modules by kind's own `build node-image`."""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path

from k8s import go_tools, host, process
from k8s.errors import ClusterError
from k8s.go_families import FAMILIES, Family
from k8s.server_archive import write_image_archive, write_server_archive
from k8s.versions import pinned

_FILES = Path(__file__).with_name("node")
_PARTS = ("kubernetes", "etcd", "coredns", "containerd", "cni", "local-path", "pause")
_LAUNCHED = ("kubeadm", "kubelet", "kubectl")
_RECIPE = "1"  # raised when this module or server_archive.py put the same parts together in another way
_BUILD_NETWORK = "host"  # the engine's own network has other DNS servers, which not every host lets through


def families() -> list[Family]:
    """Return the programs that the node image is made of."""
    return [FAMILIES[name] for name in _PARTS]


def reference() -> str:
    """Return the image's name; its tag changes with everything that goes into it."""
    files = [file.read_text() for file in sorted(_FILES.rglob("*")) if file.is_file()]
    parts = [_RECIPE, pinned("kind"), *files, *(family.key() for family in families())]
    return f"podflow/node:v{pinned('kubernetes')}-{hashlib.sha256(repr(parts).encode()).hexdigest()[:12]}"


def is_present(image: str) -> bool:
    """Say whether the engine has a node image."""
    return process.succeeds(["docker", "image", "inspect", image])


def pull(image: str, log: Path) -> None:
    """Pull a node image that kind publishes."""
    process.run(["docker", "pull", image], log)


def build(log: Path) -> None:
    """Build the image; its programs and Debian's base image must be there already."""
    work = host.cache_directory() / "node"
    shutil.rmtree(work, ignore_errors=True)
    kind_source = go_tools.module_source(FAMILIES["kind"], "sigs.k8s.io/kind", log)
    _prepare_context(work, kind_source / "images" / "base" / "files")
    images = _build_inner_images(work, kind_source, log)
    base = "podflow/node-base:latest"
    _docker_build("node", base, work, log)
    archive = _server_archive(work, images, placeholders(kind_source), log)
    command = [str(host.tool_directory() / "kind"), "build", "node-image", "--type", "file"]
    process.run([*command, "--base-image", base, "--image", reference(), str(archive)], log)
    shutil.rmtree(work)
    go_tools.drop_build_cache()


def image_names(kubeadm_list: str, containerd_configuration: str, kind_constants: str) -> dict[str, list[str]]:
    """Return which names each of our images must have, by build target.

    They are read from the sources that will ask for them: `kubeadm config images list`, containerd's
    configuration (the pause image) and the constants of kind's node image builder.
    """
    names: dict[str, list[str]] = {"kubernetes": []}
    for name in kubeadm_list.split():
        part = name.rpartition("/")[2].partition(":")[0]
        if part != "pause":  # kind replaces it by containerd's
            names.setdefault("kubernetes" if part.startswith("kube-") else part, []).append(name)
    pause = re.search(r'sandbox_image\s*=\s*"([^"]+)"', containerd_configuration)
    if pause is None:
        raise ClusterError("kind's containerd configuration names no sandbox_image: this kind is not the pinned one")
    names["pause"] = [pause.group(1)]
    for part in ("local-path-provisioner", "local-path-helper"):
        names[part] = re.findall(rf'"(docker\.io/kindest/{part}:[^"]+)"', kind_constants)
    return names


def placeholders(kind_source: Path) -> list[str]:
    """Return the images that kind would pull though this cluster never runs them: its network plugin."""
    return re.findall(r'"(docker\.io/kindest/kindnetd:[^"]+)"', _constants(kind_source))


def _constants(kind_source: Path) -> str:
    directory = kind_source / "pkg" / "build" / "nodeimage"
    return "".join(file.read_text() for file in sorted(directory.glob("const_*.go")))


def _prepare_context(work: Path, kind_files: Path) -> None:
    shutil.copytree(kind_files, work / "kind", copy_function=shutil.copyfile)
    for file in (work / "kind").rglob("*"):
        executable = file.is_dir() or file.parent.name == "bin"
        file.chmod(0o755 if executable else 0o644)
    containerd = work / "kind/etc/containerd/config.toml"
    text = containerd.read_text()
    # Without CAP_SYS_RESOURCE nobody may lower the score that the kernel's out-of-memory killer uses.
    containerd.write_text(text.replace("restrict_oom_score_adj = false", "restrict_oom_score_adj = true"))
    shutil.copytree(_FILES, work, dirs_exist_ok=True)
    (work / "bin").mkdir()
    for family in families():
        target = work / "bin" / "cni" if family.name == "cni" else work / "bin"
        shutil.copytree(family.directory(), target, dirs_exist_ok=True)


def _build_inner_images(work: Path, kind_source: Path, log: Path) -> list[str]:
    kubernetes = str(FAMILIES["kubernetes"].directory() / "kubernetes")
    command = [kubernetes, "kubeadm", "config", "images", "list"]
    listed = process.output([*command, "--kubernetes-version", f"v{pinned('kubernetes')}"])
    configuration = (work / "kind/etc/containerd/config.toml").read_text()
    tags: list[str] = []
    for target, names in image_names(listed, configuration, _constants(kind_source)).items():
        for name in names:
            _docker_build(target, name, work, log)
        tags += names
    return tags


def _docker_build(target: str, name: str, context: Path, log: Path) -> None:
    command = ["docker", "build", "--network", _BUILD_NETWORK, "--target", target, "--tag", name, str(context)]
    process.run(command, log, process.Setting(environment={"DOCKER_BUILDKIT": "0"}))


def _server_archive(work: Path, images: list[str], pretended: list[str], log: Path) -> Path:
    saved, pause = work / "saved.tar", work / "pause.tar"
    process.run(["docker", "save", "--output", str(saved), *images], log)
    process.run(["docker", "save", "--output", str(pause), next(name for name in images if "/pause:" in name)], log)
    all_images = work / "images.tar"
    write_image_archive(saved, all_images, pretended)
    saved.unlink()
    archive = work / "kubernetes-server-linux-amd64.tar.gz"
    write_server_archive(archive, pinned("kubernetes"), _LAUNCHED, all_images, pause)
    all_images.unlink()
    return archive
