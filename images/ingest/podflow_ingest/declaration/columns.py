"""A declaration's columns, and the rules that all parts of a declaration share."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from podflow_ingest.column_types import supported

Identifier = Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]{0,54}$")]
"""Needs no quoting in SQL; 55 characters leave room for the prefix of a schema in Postgres' 63."""

Mode = Literal["upsert", "append", "full"]
"""What a delivery means for the rows that are there: see docs/adding-a-source.md."""


def _relative_path(path: str) -> str:
    if path.startswith("/") or ".." in path.split("/"):
        raise ValueError("must be a path below the connection's URL, without '..'")
    return path


RelativePath = Annotated[str, Field(min_length=1), AfterValidator(_relative_path)]


class Declaration(BaseModel):
    """Base of all that is declared: no unknown members, never changed after it was read."""

    model_config = ConfigDict(extra="forbid", frozen=True, serialize_by_alias=True, defer_build=True)


class Column(Declaration):
    """One column: its name in the file's header and in bronze, and its Postgres type."""

    name: Identifier
    type: Annotated[str, AfterValidator(supported)]
    nullable: bool = True
    description: str = ""
