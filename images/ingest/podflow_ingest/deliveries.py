"""Deliveries: which chunks of landing belong together, and in which order they were extracted.

A record is one object beside its chunks, `<time>.delivery.json`, written when all of them are complete. A source that
gives the same file again gives the same chunks, so the order of deliveries cannot be read from the chunks.
"""

import datetime

from pydantic import BaseModel, ConfigDict, ValidationError

from podflow_ingest import landing, objects
from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.errors import LandingFlawError
from podflow_ingest.objects import Root

RECORD = ".delivery.json"
"""Ends the name of a delivery's record."""
_TIME = "%Y%m%dT%H%M%S.%fZ"
"""Names sort as the times do."""


class Delivery(BaseModel):
    """Chunks that together are what a source had at one moment."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: datetime.datetime
    """When all of it was in landing (UTC): of two deliveries the later one knows better."""
    chunks: tuple[str, ...]
    """Names as extract returned them."""
    whole: bool = True
    """Whether a row that is not in it is not in the source either; False for rows that come back from quarantine."""

    @property
    def stems(self) -> frozenset[str]:
        """What the chunks are called in every layer."""
        return frozenset(map(stem, self.chunks))


def stem(chunk: str) -> str:
    """Return what a chunk is called in every layer: its name without layer and extensions."""
    return chunk.removeprefix(landing.STAGE).partition(".")[0]


def name_of(dataset: Dataset, path: str) -> str:
    """Return the name of the chunk at a path of landing: the other way round than landing.chunk_path."""
    layer, _, rest = path.partition("/")
    name = rest.removeprefix(f"{dataset.source}/{dataset.name}/")
    return landing.STAGE + name if layer == landing.STAGE.rstrip("/") else name


def write(root: Root, dataset: Dataset, chunks: list[str], *, whole: bool = True) -> None:
    """Record that these chunks, all of one date, are a delivery and complete. Nothing is recorded of no chunks.

    Raises:
        LandingError: landing is away.
    """
    if not chunks:
        return
    delivery = Delivery(at=datetime.datetime.now(datetime.UTC), chunks=tuple(chunks), whole=whole)
    folder = landing.chunk_path(dataset, chunks[0]).rpartition("/")[0]
    path = f"{folder}/{delivery.at.strftime(_TIME)}{RECORD}"
    objects.create(root, path, delivery.model_dump_json(indent=1).encode())


def recorded(root: Root, dataset: Dataset) -> list[Delivery]:
    """Return all deliveries of a dataset in the order in which they were extracted."""
    folder = landing.chunk_path(dataset, "").rstrip("/")
    paths = [path for path in objects.names(root, folder) if path.endswith(RECORD)]
    return sorted((_read(root, path) for path in paths), key=lambda delivery: delivery.at)


def since(delivered: list[Delivery], date: datetime.date) -> list[Delivery]:
    """Return those from a date's first delivery on, whatever the date of the later ones; none if it has none."""
    first = min((each.at for each in delivered if each.chunks[0].startswith(f"dt={date.isoformat()}/")), default=None)
    return [each for each in delivered if first is not None and each.at >= first]


def latest(root: Root, dataset: Dataset, chunk: str) -> Delivery:
    """Return the last delivery that has a chunk.

    Raises:
        LandingFlawError: no delivery has it.
    """
    wanted = stem(chunk)
    folder = landing.chunk_path(dataset, chunk.removeprefix(landing.STAGE)).rpartition("/")[0]
    records = [path for path in objects.names(root, folder) if path.endswith(RECORD)]
    for path in reversed(records):
        delivery = _read(root, path)
        if wanted in delivery.stems:
            return delivery
    raise LandingFlawError(
        f"{dataset.full_name}: landing does not say to which delivery {chunk} belongs, and mode full must know what "
        "is missing from it; run extract again"
    )


def _read(root: Root, path: str) -> Delivery:
    content = b"".join(objects.read(root, path))
    try:
        return Delivery.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        raise LandingFlawError(f"{root.name(path)}: not a delivery: {first['loc']}: {first['msg']}") from None
