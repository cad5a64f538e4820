"""Messages as rows of the bronze table: their values, and where in the topic they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.declaration.kafka_origin import KafkaOrigin
from podflow_ingest.flaws.record import Record
from podflow_ingest.kafka.messages import Messages
from podflow_ingest.kafka.values import NULL, Values, reason

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TIMES_KEPT = 10_000


@dataclass(frozen=True)
class Rows:
    """What became of some messages."""

    rows: list[bytes]
    """Lines of CSV, without line ends."""
    good: Sequence[int]
    """The offsets of these rows."""
    rejected: list[Record]
    """As bytes: as text, escapes may make a message four times as long."""


class RowMaker:
    """Makes the rows of one dataset."""

    def __init__(self, dataset: Dataset, origin: KafkaOrigin) -> None:
        self._values = Values(dataset.columns, origin)
        self._topic = origin.topic.encode()
        self._times: dict[int, bytes] = {}

    def rows(self, messages: Messages, generation: int) -> Rows:
        """Return the rows of messages from one generation of the topic."""
        found = self._values.lines(messages.values)
        keys, wrong_keys = _fields(messages.keys)
        flaws = {**wrong_keys, **found.flaws}
        row = b"%%b,%b,%d,%d,%%d,%%b,%%b" % (self._topic, generation, messages.partition)
        offsets, times = messages.offsets, self._times_of(messages.timestamps)
        rows = [row % each for each in zip(found.lines, offsets, keys, times, strict=True)]
        if not flaws:
            return Rows(rows, offsets, [])
        rejected = [rejection(messages, index, flaws[index]) for index in sorted(flaws)]
        good = [index for index in range(len(rows)) if index not in flaws]
        return Rows([rows[index] for index in good], [offsets[index] for index in good], rejected)

    def declared_fields(self, value: bytes) -> bytes:
        """Return the declared columns of a message that has no flaw so far."""
        return b",".join(self._values.fields(value))

    def _times_of(self, timestamps: Sequence[int]) -> list[bytes]:
        """Return moments as Postgres reads them; many messages share one."""
        times = self._times
        if len(times) > _TIMES_KEPT:
            times.clear()
        for missing in set(timestamps).difference(times):
            times[missing] = _moment(missing)
        return [times[timestamp] for timestamp in timestamps]


def rejection(messages: Messages, index: int, why: str) -> Record:
    """Return a message for quarantine, its offset as its line."""
    return Record(messages.offsets[index], messages.values[index] or b"", why)


def _fields(keys: Sequence[bytes | None]) -> tuple[list[bytes], dict[int, str]]:
    """Return the keys as fields of CSV, and what is wrong with some."""
    given = [key for key in keys if key is not None]
    together = b"\n".join(given)
    if len(given) == len(keys) and together.isascii() and b'"' not in together and b"\0" not in together:
        return [b'"%b"' % key for key in given], {}
    fields, flaws = [], {}
    for index, key in enumerate(keys):
        try:
            fields.append(_field(key))
        except ValueError as error:
            flaws[index] = f"key: {reason(error, key or b'')}"
            fields.append(NULL)
    return fields, flaws


def _field(key: bytes | None) -> bytes:
    if key is None:
        return NULL
    key.decode()
    if b"\0" in key:
        raise ValueError("a NUL character, which Postgres cannot keep")
    return b'"' + key.replace(b'"', b'""') + b'"'


def _moment(milliseconds: int) -> bytes:
    if milliseconds < 0:
        return NULL
    try:
        moment = _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return NULL
    return moment.isoformat(timespec="milliseconds").encode()
