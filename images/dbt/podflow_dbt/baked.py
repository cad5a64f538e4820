"""The project's parsed form, baked into the image so that a pod does not parse.

dbt's own partial parsing compares a hash of the profile's host, port, user and database with those of the parse, so a
parse made while the image is built never fits a warehouse. A manifest that is handed to dbtRunner is taken as it is.
"""

from pathlib import Path

from dbt.contracts.graph.manifest import Manifest
from dbt.parser.manifest import extended_mashumuro_decoder


def baked_file(project: Path, target: str) -> Path:
    """Return where the image keeps the parse for a target: `dbt parse --target-path target/<target>` wrote it."""
    return project / "target" / target / "partial_parse.msgpack"


def read_manifest(project: Path, target: str, database: str) -> Manifest | None:
    """Return the baked manifest, or None where dbt has to parse: there is none, or it names another database."""
    file = baked_file(project, target)
    if not file.exists():
        return None
    manifest: Manifest = Manifest.from_msgpack(file.read_bytes(), decoder=extended_mashumuro_decoder)
    databases = {node.database for node in manifest.nodes.values()}
    return manifest if databases == {database} else None
