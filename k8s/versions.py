"""The pinned versions, read from versions.toml."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

from k8s.errors import ClusterError

_FILE = Path(__file__).with_name("versions.toml")


@cache
def pinned(section: str, name: str = "version") -> str:
    """Return one pinned value, as `pinned("kind")` or `pinned("go", "minimum")`."""
    content = tomllib.loads(_FILE.read_text())
    try:
        return str(content[section][name])
    except KeyError:
        raise ClusterError(f"{_FILE}: [{section}] has no `{name}`; add it") from None


def numbers(text: str) -> tuple[int, ...]:
    """Return the first dotted version within a text as numbers: `go1.26.8 linux` is (1, 26, 8)."""
    found = re.search(r"\d+(?:\.\d+)+", text)
    return tuple(int(part) for part in found.group().split(".")) if found else ()


def is_at_least(text: str, minimum: str) -> bool:
    """Say whether the version that a command printed is the wanted one or newer."""
    return numbers(text) >= numbers(minimum)
