"""What an image is made of: the files that its Dockerfile copies, and the content tag over them."""

from __future__ import annotations

import hashlib
import re
import shlex
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from k8s.errors import ClusterError

ROOT = Path(__file__).parent.parent
PYTHON_BASE, BUILD_BASE = BASES = ("python", "build")
"""What Python images run on, and what every build stage starts from; a base's folder is its whole build context."""

# As in .dockerignore: what a checkout gathers beside the sources.
_LEFT_OUT_FOLDERS = {"__pycache__", "dbt/logs", "dbt/target"}
_LEFT_OUT_SUFFIXES = {".md", ".pyc"}
_TAG_DIGITS = 12


class DockerfileError(ClusterError):
    """A Dockerfile copies something that is not there, so its image has no content tag."""


def names(root: Path = ROOT) -> list[str]:
    """Return the names of all images, without the bases."""
    found = sorted(file.parent.name for file in root.glob("images/*/Dockerfile"))
    return [name for name in found if name not in BASES]


@cache
def version(root: Path = ROOT) -> str:
    """Return the project's version, from pyproject.toml."""
    return str(tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"])


def paths(name: str, root: Path = ROOT) -> list[Path]:
    """Return the files and folders that an image is made of: its Dockerfile, what that copies, the bases."""
    bases = [root / "images" / base for base in BASES]
    if name in BASES:
        return bases[: BASES.index(name) + 1]
    dockerfile = root / "images" / name / "Dockerfile"
    copied = [root / source for source in copied_sources(dockerfile.read_text())]
    for path in copied:
        if not path.exists():
            raise DockerfileError(f"{dockerfile} copies {path.relative_to(root)}, which does not exist: add it")
    return [dockerfile, *copied, *bases]


def content_tag(name: str, root: Path = ROOT) -> str:
    """Return `<version>-<12 hex digits>`, which changes exactly when the content of an input does."""
    digest = hashlib.sha256()
    for file in sorted({file for path in paths(name, root) for file in files_below(path, root)}):
        executable = "x" if file.stat().st_mode & 0o100 else "-"
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        digest.update(f"{file.relative_to(root).as_posix()}\0{executable}\0{content}\n".encode())
    return f"{version(root)}-{digest.hexdigest()[:_TAG_DIGITS]}"


def copied_sources(dockerfile: str) -> Iterator[str]:
    """Yield the sources of each COPY from the build context (not those from other stages)."""
    for line in re.sub(r"\\\n", " ", dockerfile).splitlines():
        words = shlex.split(line, comments=True)
        if words and words[0].upper() == "COPY" and not any(word.startswith("--from=") for word in words):
            yield from (word for word in words[1:-1] if not word.startswith("--"))


def files_below(path: Path, root: Path = ROOT) -> Iterable[Path]:
    """Yield a file itself, or all files in a folder that reach a build context."""
    candidates = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return [file for file in candidates if not _is_left_out(file.relative_to(root))]


def _is_left_out(path: Path) -> bool:
    folders = {parent.name for parent in path.parents} | {parent.as_posix() for parent in path.parents}
    return path.suffix in _LEFT_OUT_SUFFIXES or not _LEFT_OUT_FOLDERS.isdisjoint(folders)
