"""The archives that `kind build node-image --type file` reads: a Kubernetes release, and the images in it."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

_SERVERS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy")
_DIRECTORY = "kubernetes/server/bin"


def repositories(manifest: Iterable[dict[str, Any]], pretended: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return a `repositories` file for a saved archive: each repository's tags, as kind reads them.

    `manifest` is the archive's manifest.json; `pretended` are names that are not in it.
    """
    names = [name for image in manifest for name in image["RepoTags"]]
    result: dict[str, dict[str, str]] = {}
    for name in [*map(_with_registry, names), *pretended]:
        repository, _, tag = name.rpartition(":")
        result.setdefault(repository, {})[tag] = ""
    return result


def write_image_archive(saved: Path, target: Path, pretended: Iterable[str]) -> None:
    """Copy what `docker save` wrote, with `repositories` as its first member.

    kind takes the images' names from the first of `repositories` and `manifest.json` that it meets, and of
    the latter from its first entry only. It pulls what is not named; `pretended` images it then leaves out.
    """
    with tarfile.open(saved) as source, tarfile.open(target, "w") as archive:
        manifest = json.load(_member(source, "manifest.json"))
        _add(archive, "repositories", json.dumps(repositories(manifest, pretended)).encode(), 0o644)
        for member in source:
            if member.name != "repositories":
                archive.addfile(member, source.extractfile(member) if member.isfile() else None)


def write_server_archive(
    target: Path, version: str, launched: Sequence[str], all_images: Path, one_image: Path
) -> None:
    """Write a release archive of a Kubernetes version, as `kubernetes-server-linux-amd64.tar.gz` is laid out.

    The `launched` commands become scripts that start the node's one program by its first argument. All
    images are in the first of the four image archives that kind loads; the others hold one small image.
    """
    partial = target.with_name(f"{target.name}.new")
    with tarfile.open(partial, "w:gz", compresslevel=1) as archive:
        _add(archive, "kubernetes/version", f"v{version}".encode(), 0o644)
        for name in launched:
            script = f'#!/bin/sh\nexec /usr/local/bin/kubernetes {name} "$@"\n'
            _add(archive, f"{_DIRECTORY}/{name}", script.encode(), 0o755)
        for position, server in enumerate(_SERVERS):
            archive.add(all_images if position == 0 else one_image, f"{_DIRECTORY}/{server}.tar")
    partial.replace(target)


def _with_registry(name: str) -> str:
    # `docker save` shortens the names of Docker Hub's images; kind compares whole names.
    first = name.partition("/")[0]
    return name if "." in first or ":" in first else f"docker.io/{name}"


def _member(archive: tarfile.TarFile, name: str) -> io.BufferedReader:
    found = archive.extractfile(name)
    if found is None:
        raise tarfile.ReadError(f"{archive.name!r} has no {name}")
    return found  # type: ignore[return-value]


def _add(archive: tarfile.TarFile, name: str, content: bytes, mode: int) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), mode
    archive.addfile(member, io.BytesIO(content))
