"""Dataset declarations: the models behind dags/catalog/*.yml and behind a pod's first argument."""

import codecs
import re
from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from podflow_ingest.column_types import supported
from podflow_ingest.errors import DeclarationError

LOADER_COLUMNS = ("load_timestamp", "_load_id")
"""Columns that the loader adds to every bronze table; a declaration cannot use their names."""


def _relative_path(path: str) -> str:
    if path.startswith("/") or ".." in path.split("/"):
        raise ValueError("must be a path below the connection's URL, without '..'")
    return path


Identifier = Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]{0,54}$")]
"""Needs no quoting in SQL; 55 characters leave room for the prefix of a schema in Postgres' 63."""
OneByte = Annotated[str, Field(pattern=r"^[\t\x20-\x7e]$")]
Duration = Annotated[str, Field(pattern=r"^[1-9]\d*[mhd]$")]


class _Declaration(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Column(_Declaration):
    """One column: its name in the file's header and in bronze, and its Postgres type."""

    name: Identifier
    type: Annotated[str, AfterValidator(supported)]
    nullable: bool = True
    description: str = ""


class CsvFormat(_Declaration):
    """How the file's bytes divide into records and fields."""

    type: Literal["csv"]
    header: Literal[True] = True
    delimiter: OneByte = ","
    quote: OneByte = '"'
    encoding: Literal["utf-8", "latin-1", "windows-1252"] = "utf-8"

    @model_validator(mode="after")
    def _marks_differ(self) -> Self:
        if self.delimiter == self.quote:
            raise ValueError("delimiter and quote must differ")
        return self

    @property
    def postgres_encoding(self) -> str:
        """Postgres' name of the encoding."""
        return {"utf-8": "UTF8", "iso8859-1": "LATIN1", "cp1252": "WIN1252"}[codecs.lookup(self.encoding).name]


class DatasetBody(_Declaration):
    """What the catalogue says of one dataset."""

    description: str
    location: Annotated[str, Field(min_length=1), AfterValidator(_relative_path)]
    format: CsvFormat
    chunk_rows: Annotated[int, Field(ge=1, le=10_000_000)] = 100_000
    mode: Literal["upsert"]
    key: Annotated[tuple[Identifier, ...], Field(min_length=1)]
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
        required = {column.name for column in self.columns if not column.nullable}
        loose = [name for name in self.key if name not in required]
        if loose:
            raise ValueError(f"key: {', '.join(loose)} must be a declared column with `nullable: false`")
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
    def column_names(self) -> list[str]:
        """The declared columns in the order of the file."""
        return [column.name for column in self.columns]


class SourceCatalogue(_Declaration):
    """One file dags/catalog/<source>.yml."""

    source: Identifier
    connection: Identifier
    datasets: Annotated[dict[Identifier, DatasetBody], Field(min_length=1)]


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
