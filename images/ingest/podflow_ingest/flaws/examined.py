"""The records of a chunk of any format, one by one."""

from collections.abc import Iterator

from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.declaration.formats import CsvFormat
from podflow_ingest.errors import DeclarationError
from podflow_ingest.flaws import delimited
from podflow_ingest.flaws.record import Record
from podflow_ingest.landing import LandedChunk


def examined(dataset: Dataset, chunk: LandedChunk) -> Iterator[Record]:
    """Read the chunk record by record and examine each. A header is no record."""
    form = dataset.landed_format
    if isinstance(form, CsvFormat):
        return delimited.examined(form, len(dataset.columns), chunk)
    raise DeclarationError(f"{dataset.full_name}: {form.type} cannot be loaded yet")
