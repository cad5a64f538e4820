"""The project's parsed form, baked into the image so that a pod does not parse.

dbt's own partial parsing compares a hash of the profile's host, port, user and database with those of the parse, so a
parse made while the image is built never fits a warehouse. A manifest that is handed to dbtRunner is taken as it is;
only the database's name in it has to be that of the warehouse.
"""

from pathlib import Path

from dbt.contracts.graph.manifest import Manifest
from dbt.parser.manifest import extended_mashumuro_decoder


def baked_file(project: Path, target: str) -> Path:
    """Return where the image keeps the parse for a target: `dbt parse --target-path target/<target>` wrote it."""
    return project / "target" / target / "partial_parse.msgpack"


def read_manifest(project: Path, target: str, database: str) -> Manifest | None:
    """Return the baked manifest for a warehouse in this database, or None where there is none and dbt has to parse."""
    file = baked_file(project, target)
    if not file.exists():
        return None
    manifest: Manifest = Manifest.from_msgpack(file.read_bytes(), decoder=extended_mashumuro_decoder)
    # Postgres has no queries across databases, so there is one name, and every node has it.
    for node in (*manifest.nodes.values(), *manifest.sources.values()):
        if node.relation_name:
            node.relation_name = node.relation_name.replace(f'"{node.database}".', f'"{database}".', 1)
        node.database = database
    return manifest
