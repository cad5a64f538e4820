"""An OCI runtime for hosts that lack CAP_SYS_RESOURCE: takes it out of what is asked for, then becomes runc.

Docker asks for every capability for a privileged container, and runc fails to give what the host has not.
Installed as a file of its own and started by dockerd, so it imports nothing of this package.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

MISSING = "CAP_SYS_RESOURCE"
RUNTIME = "runc"

_OPTIONS = {
    "create": ("--bundle", "-b"),
    "run": ("--bundle", "-b"),
    "restore": ("--bundle", "-b"),
    "exec": ("--process", "-p"),
}


def without_capability(process: dict[str, Any]) -> dict[str, Any]:
    """Return an OCI process object that asks for no missing capability in any of its sets."""
    sets = process.get("capabilities") or {}
    kept = {name: [item for item in items if item != MISSING] for name, items in sets.items()}
    return {**process, "capabilities": kept} if sets else process


def document_of(arguments: list[str]) -> Path | None:
    """Return the JSON file that a runc command line reads its process from, or None where it reads none."""
    command = next((argument for argument in arguments if argument in _OPTIONS), None)
    if command is None:
        return None
    value = _option(arguments, _OPTIONS[command])
    if command == "exec":
        return Path(value) if value else None
    return Path(value or ".") / "config.json"


def rewrite(document: Path, *, is_process: bool) -> None:
    """Take the missing capability out of a bundle's config.json, or out of a process file."""
    content = json.loads(document.read_text())
    if is_process:
        content = without_capability(content)
    elif content.get("process"):
        content["process"] = without_capability(content["process"])
    document.write_text(json.dumps(content))


def _option(arguments: list[str], names: tuple[str, str]) -> str | None:
    for position, argument in enumerate(arguments):
        if argument in names and position + 1 < len(arguments):
            return arguments[position + 1]
        if argument.startswith(f"{names[0]}="):
            return argument.partition("=")[2]
    return None


def main() -> None:
    """Rewrite what this call reads, and hand over to runc."""
    arguments = sys.argv[1:]
    document = document_of(arguments)
    if document is not None and document.is_file():
        rewrite(document, is_process=document.name != "config.json")
    os.execvp(RUNTIME, [RUNTIME, *arguments])  # noqa: S606 (runc must take this process's place)


if __name__ == "__main__":
    main()
