"""Datasets that are topics of Kafka.

For example the orders of a shop, each message a JSON object:

from:
type: kafka
topic: orders
fields: {city: ship_to.city}
"""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from podflow_ingest.declaration.columns import Column, Declaration, Identifier, Mode
from podflow_ingest.declaration.formats import Format, JsonLinesFormat
from podflow_ingest.stage.paths import steps

MESSAGE_KEY = ("_topic", "_generation", "_partition", "_offset")
MESSAGE_COLUMNS = (
    Column(name="_topic", type="text", nullable=False),
    Column(name="_generation", type="smallint", nullable=False),
    Column(name="_partition", type="integer", nullable=False),
    Column(name="_offset", type="bigint", nullable=False),
    Column(name="_key", type="text"),
    Column(name="_timestamp", type="timestamptz"),
)
"""What the sink adds to the declared columns.

A topic that is deleted and made anew under its name counts its offsets from 0 again: that is its next generation.
"""


def _members(text: str) -> str:
    path = steps(text)
    if not path or not all(isinstance(step, str) for step in path):
        raise ValueError(f"{text!r} is not a path of members such as ship_to.city")
    return text


class KafkaOrigin(Declaration):
    """One topic; each message's value is a JSON object and becomes a row. The broker is that of KAFKA_*."""

    type: Literal["kafka"]
    topic: Annotated[str, Field(pattern=r"^[a-zA-Z0-9._-]{1,249}$")]
    fields: dict[Identifier, Annotated[str, AfterValidator(_members)]] = Field(default_factory=dict)
    """Each column's path in the message; a column that is not here is the member of its own name."""

    @property
    def landed_format(self) -> Format:
        """How a message's value is encoded. Nothing lands: the topic itself is what can be read again."""
        return JsonLinesFormat()

    def path(self, column: str) -> tuple[str, ...]:
        """Return the members that lead to a column's value."""
        return tuple(str(step) for step in steps(self.fields.get(column, column)))

    @model_validator(mode="after")
    def _paths_differ(self) -> Self:
        paths = list(self.fields.values())
        repeated = sorted({path for path in paths if paths.count(path) > 1})
        if repeated:
            raise ValueError(f"fields: {', '.join(repeated)} stands for two columns")
        return self

    def contradiction(self, mode: Mode, cursor: str | None, columns: Mapping[str, str]) -> str | None:
        """Return what does not go with the rest of the declaration, and what to write instead; None if all does.

        `columns` are types by names.
        """
        if mode != "append":
            return (
                f"mode {mode} would change rows of earlier messages; use `mode: append`, and let dbt pick the last one"
            )
        if cursor is not None:
            return "`cursor` means nothing to a topic, whose messages have offsets; leave it out"
        taken = [column.name for column in MESSAGE_COLUMNS if column.name in columns]
        if taken:
            return f"columns: {', '.join(taken)} belongs to the sink, use another name"
        unknown = sorted(self.fields.keys() - columns.keys())
        if unknown:
            return f"`fields` has {', '.join(unknown)}, which is no declared column"
        return self._overlap({name: self.path(name) for name in columns})

    def _overlap(self, paths: Mapping[str, tuple[str, ...]]) -> str | None:
        for name, path in paths.items():
            for other, longer in paths.items():
                if name != other and longer[: len(path)] == path:
                    return f"columns {name} and {other} overlap: {'.'.join(longer)} is in {'.'.join(path)}; declare one"
        return None
