"""What a file's first record tells of the rest: whether it is the declared kind of file at all."""

import csv
import json

from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.declaration.formats import CsvFormat
from podflow_ingest.errors import SourceFlawError
from podflow_ingest.log_fields import shortened
from podflow_task.log import event


def check_header(dataset: Dataset, form: CsvFormat, file: str, header: bytes) -> None:
    """Compare a file's first record with the declared columns: the same names in the same order.

    Raises:
        SourceFlawError: they differ; the message names the file and the columns.
    """
    try:
        # A byte order mark is not part of the first name.
        text = header.decode(form.encoding).removeprefix("\ufeff").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise SourceFlawError(f"{file}: the header is not {form.encoding} text; nothing was written") from None
    if "\r" in text:
        raise SourceFlawError(f"{file}: lines end with a carriage return alone; deliver it with newlines")
    found = _fields(text, form)
    declared = dataset.column_names
    if found == declared:
        return
    problems = [f"column {name!r} is missing" for name in declared if name not in found]
    problems += [f"column {name!r} is not declared" for name in found if name not in declared]
    problems += [f"column {name!r} appears twice" for name in sorted(set(found)) if found.count(name) > 1]
    if not problems:
        moved = next(name for name, other in zip(found, declared, strict=True) if name != other)
        problems = [f"column {moved!r} is out of order, declared are {', '.join(declared)}"]
    raise _unfit(dataset, file, f"the header does not fit {dataset.full_name}: {shortened('; '.join(problems))}")


def check_object(dataset: Dataset, file: str, line: bytes) -> None:
    """Look whether a file's first line is a JSON object with a declared member; log the members that are not declared.

    Raises:
        SourceFlawError: it is not.
    """
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        beginning = line[:60].decode(errors="backslashreplace").rstrip()
        raise _unfit(dataset, file, f"the first line is no JSON object: {beginning!r}")
    if not found.keys() & set(dataset.column_names):
        names = shortened(", ".join(map(repr, found))) or "none"
        raise _unfit(
            dataset, file, f"the first line has none of the columns of {dataset.full_name}; its members: {names}"
        )
    ignored = [name for name in found if name not in dataset.column_names]
    if ignored:
        event("undeclared", level="warning", file=file, members=ignored, then="not loaded")


def _fields(text: str, form: CsvFormat) -> list[str]:
    if form.quote is None:
        return text.split(form.delimiter)
    return next(csv.reader([text], delimiter=form.delimiter, quotechar=form.quote), [])


def _unfit(dataset: Dataset, file: str, problem: str) -> SourceFlawError:
    return SourceFlawError(
        f"{file}: {problem}; nothing was written. Correct the file or dags/catalog/{dataset.source}.yml"
    )
