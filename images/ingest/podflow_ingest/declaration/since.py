"""A delta of an API: `since` in the origin of an HTTP dataset."""

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from podflow_ingest.column_types import is_number
from podflow_ingest.declaration.columns import Declaration
from podflow_ingest.declaration.pagination import Parameter
from podflow_ingest.stage.paths import field_path

_TIMES = ("date", "timestamp", "text", "varchar", "char")
"""Types of a cursor that can go back by a duration; of texts, the values tell."""
_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)


class Since(Declaration):
    """A delta by cursor: only records at or after the highest value of the dataset's `cursor` column landed so far."""

    parameter: Parameter
    initial: str | None = None
    """What the first run asks for; without it the first run does not send the parameter.

    As a cursor goes into a body as a number if its column is one, so does this.
    """
    overlap: Annotated[str, Field(pattern=r"^[1-9]\d*[smhd]$")] | None = None
    """How far to go back behind the cursor, for records that the source commits late."""

    def contradiction(
        self, cursor: str | None, fields: Mapping[str, str], columns: Mapping[str, str], *, in_body: bool
    ) -> str | None:
        """Return why it cannot go by this cursor, and what to write instead; None if it can."""
        if cursor is None:
            return "`since` needs `cursor: <column>`, the column that says when a record changed; or leave `since` out"
        if field_path(fields.get(cursor, cursor)).exploded:
            return f"`since` needs a `cursor` whose path has no `[]`, which {cursor} has"
        if in_body and is_number(columns[cursor]) and not _NUMBER.fullmatch(self.initial or "0"):
            return f"`initial` must be a number, as the cursor {cursor} is one; {self.initial!r} is none"
        if self.overlap is not None and not columns[cursor].startswith(_TIMES):
            return (
                f"`overlap` needs a cursor that is a date or a time, {cursor} is {columns[cursor]}; leave `overlap` out"
            )
        return None
