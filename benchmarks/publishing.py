"""How each benchmark's command ends: its section printed, and written into the document."""

import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.tables import replace_section
from k8s.errors import ClusterError


def publish(title: str, measure: Callable[[], str], document: Path | None) -> int:
    """Print the section that `measure` returns, and put it into the document under its title.

    Returns the exit code: 0 well, 1 a problem that is told.
    """
    try:
        section = measure()
    except ClusterError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(section)
    if document:
        text = document.read_text() if document.exists() else "# Benchmarks\n"
        document.write_text(replace_section(text, title, section))
    return 0
