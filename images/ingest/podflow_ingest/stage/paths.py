"""Paths into JSON: `links.patch.small`, `cores[0].serial`, and `payloads[].id` for one row an element.

A step is a member's name or `[n]`, an element's number from 0. `[]` goes through all elements of a list: the
record becomes as many rows. `[#]` is the element's number in that list, from 1, for a key. `{date}` is not in the
record: it is the day that the delivery is of.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Steps = tuple[str | int, ...]
DELIVERY_DATE = "{date}"

_PATH = re.compile(r"(?:[^.\[\]]+(?:\[\d+\])*)(?:\.[^.\[\]]+(?:\[\d+\])*)*")
_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


@dataclass(frozen=True)
class FieldPath:
    """Where a column's value stands: `outer` in the record, or `inner` in each element of the list at `outer`."""

    outer: Steps
    inner: Steps = ()
    exploded: bool = False
    numbered: bool = False
    """The value is the element's number, not something in it."""
    dated: bool = False
    """The value is the day of the delivery."""

    @property
    def is_member(self) -> bool:
        """Say whether it is the name of one of the record's own members."""
        return len(self.outer) == 1 and isinstance(self.outer[0], str) and not self.exploded


def steps(path: str) -> Steps:
    """Read a path without `[]`; an empty one is the whole document.

    Raises:
        ValueError: it is not such a path.
    """
    if not path:
        return ()
    if not _PATH.fullmatch(path):
        raise ValueError(f"{path!r} is not a path such as a.b, a[0].b")
    return tuple(int(number) if number else name for number, name in _STEP.findall(path))


def field_path(path: str) -> FieldPath:
    """Read a column's path.

    Raises:
        ValueError: it is not one, or it goes through more than one list.
    """
    if path == DELIVERY_DATE:
        return FieldPath((), dated=True)
    if path.endswith("[#]"):
        return FieldPath(steps(path[:-3]), exploded=True, numbered=True)
    outer, mark, inner = path.partition("[]")
    if not mark:
        return FieldPath(steps(_filled(path)))
    if "[]" in inner:
        raise ValueError(f"{path!r}: one `[]` at most: a record cannot become rows of two lists at once")
    if inner and not inner.startswith("."):
        raise ValueError(f"{path!r}: after `[]` comes a dot")
    return FieldPath(steps(outer), steps(inner.removeprefix(".")), exploded=True)


def _filled(path: str) -> str:
    if not path:
        raise ValueError("an empty path names no value")
    return path


def exploded_list(paths: Iterable[FieldPath]) -> Steps | None:
    """Return the list that makes several rows of a record, None if there is none.

    Raises:
        ValueError: the paths go through different lists.
    """
    lists = {path.outer for path in paths if path.exploded}
    if len(lists) > 1:
        raise ValueError("fields: all paths with `[]` must go through the same list")
    return next(iter(lists), None)


def value_at(document: Any, path: Steps) -> Any:
    """Return what stands at a path, None if any of its steps leads nowhere."""
    for step in path:
        if isinstance(document, dict):
            document = document.get(step)
        elif isinstance(document, list) and isinstance(step, int) and step < len(document):
            document = document[step]
        else:
            return None
    return document


def with_value(document: Mapping[str, Any], path: Steps, value: Any) -> dict[str, Any]:
    """Return a copy of a document with a value at a path; objects on the way there are made where they are missing.

    Raises:
        ValueError: the path has a `[n]`, leads through what is no object, or would replace an object or a list.
    """
    name, *inner = path
    if isinstance(name, int):
        raise ValueError(f"[{name}]: only members of objects can be set")  # noqa: TRY004  # the path's text is wrong
    held = document.get(name)
    if inner:
        if not isinstance(held, dict | None):
            raise ValueError(f"{name} is no object")
        value = with_value(held or {}, tuple(inner), value)
    elif isinstance(held, dict | list):
        raise ValueError(f"{name} has members of its own")
    return {**document, name: value}
