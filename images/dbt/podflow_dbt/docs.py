"""The project's documentation as one page, of all sources, with what the warehouse says of their tables."""

from pathlib import Path

from podflow_dbt.baked import read_manifest
from podflow_dbt.errors import DocsError
from podflow_dbt.run import folders, invoke
from podflow_dbt.settings import Settings

# Most nodes are tests: the page tells what they are, and compiling them was most of what the docs of a build cost.
_NOT_COMPILED = ("--exclude", "resource_type:test", "resource_type:unit_test")


def generate_docs(settings: Settings, target: str, workspace: Path) -> Path:
    """Write the page into a writable folder (`dbt docs generate --static`) and return its file.

    Raises:
        DocsError: dbt could not; the message is what it said.
        KeyboardInterrupt: a signal ended it.
    """
    manifest = read_manifest(settings.project, target, settings.warehouse_database)
    arguments = [
        "docs",
        "generate",
        "--static",
        *folders(settings.project, workspace),
        "--target",
        target,
        *_NOT_COMPILED,
    ]
    outcome = invoke(manifest, arguments)
    if not outcome.success:
        reason = outcome.exception or "a model does not compile, or the catalogue cannot be read; see the lines above"
        raise DocsError(f"dbt docs generate: {' '.join(str(reason).split())}")
    return workspace / "target" / "static_index.html"
