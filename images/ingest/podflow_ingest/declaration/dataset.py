"""One dataset as its source's file in dags/catalog declares it."""

import re
from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import Field, ValidationError, model_validator

from podflow_ingest.declaration.columns import Column, Declaration, Identifier, Mode
from podflow_ingest.declaration.formats import Format
from podflow_ingest.declaration.origins import Origin
from podflow_ingest.errors import DeclarationError

LOADER_COLUMNS = ("load_timestamp", "_load_id", "_deleted_at")
"""Columns that the loader adds to every bronze table; a declaration cannot use their names."""

Duration = Annotated[str, Field(pattern=r"^[1-9]\d*[mhd]$")]


class DatasetBody(Declaration):
    """What the catalogue says of one dataset."""

    description: str
    origin: Annotated[Origin, Field(alias="from")]
    mode: Mode
    key: tuple[Identifier, ...] = ()
    """Columns that identify a row; only mode `append` can do without."""
    cursor: Identifier | None = None
    """Column that says which of two versions of a row is the newer one, and how far a delta has come."""
    freshness: Duration | None = None
    columns: Annotated[tuple[Column, ...], Field(min_length=1, max_length=1000)]

    @model_validator(mode="after")
    def _columns_agree(self) -> Self:
        names = [column.name for column in self.columns]
        repeated = sorted({name for name in names if names.count(name) > 1})
        if repeated:
            raise ValueError(f"columns: declared twice: {', '.join(repeated)}")
        taken = sorted(set(names) & set(LOADER_COLUMNS))
        if taken:
            raise ValueError(f"columns: {', '.join(taken)} belongs to the loader, use another name")
        if not self.key and self.mode != "append":
            raise ValueError(f"key: mode {self.mode} needs one, to know a row again")
        if self.cursor is not None and self.cursor not in names:
            raise ValueError(f"cursor: {self.cursor} is not a declared column")
        required = {column.name for column in self.columns if not column.nullable}
        loose = [name for name in self.key if name not in required]
        if loose:
            raise ValueError(f"key: {', '.join(loose)} must be a declared column with `nullable: false`")
        return self

    @model_validator(mode="after")
    def _origin_goes_with_the_rest(self) -> Self:
        types = {column.name: column.type for column in self.columns}
        contradiction = self.origin.contradiction(self.mode, self.cursor, types)
        if contradiction is not None:
            raise ValueError(contradiction)
        return self


class Dataset(DatasetBody):
    """One dataset with its place in the catalogue: what a pod gets as its argument."""

    source: Identifier
    connection: Identifier
    name: Identifier

    @property
    def full_name(self) -> str:
        """`<source>.<name>`, as the ledger and all messages call the dataset."""
        return f"{self.source}.{self.name}"

    @property
    def landed_format(self) -> Format:
        """How the chunks that `load` reads are encoded."""
        return self.origin.landed_format

    @property
    def column_names(self) -> list[str]:
        """The declared columns in the order of the file."""
        return [column.name for column in self.columns]


class CataloguedDataset(DatasetBody):
    """One dataset in its source's file."""

    connection: Identifier | None = None
    """Where it comes from, if that is not the source's `connection`."""


class SourceCatalogue(Declaration):
    """One file dags/catalog/<source>.yml."""

    source: Identifier
    connection: Identifier
    datasets: Annotated[dict[Identifier, CataloguedDataset], Field(min_length=1)]


def parse_dataset(declaration: str) -> Dataset:
    """Read one dataset's declaration from the JSON text that the DAG passes.

    Raises:
        DeclarationError: the declaration is wrong; the message names the dataset and each wrong member.
    """
    try:
        return Dataset.model_validate_json(declaration)
    except ValidationError as error:
        named = re.search(r'"name":\s*"(\w+)"', declaration)
        raise DeclarationError(_describe(f"dataset {named[1] if named else '?'}", error)) from None


def parse_catalogue(file: str, content: Mapping[str, object]) -> SourceCatalogue:
    """Check the parsed content of a catalogue file; `file` is its name for messages.

    Raises:
        DeclarationError: as for parse_dataset.
    """
    try:
        return SourceCatalogue.model_validate(content)
    except ValidationError as error:
        raise DeclarationError(_describe(file, error)) from None


def _describe(what: str, error: ValidationError) -> str:
    problems = [
        f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}".removeprefix(": ")
        for problem in error.errors(include_input=False, include_url=False)
    ]
    return f"{what}: {'; '.join(problems)}; correct it in dags/catalog/"
