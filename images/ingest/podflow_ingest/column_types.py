"""The Postgres types that a declared column may have, and how staged text becomes one."""

import re

_LENGTH = r"\(\s*[1-9]\d{0,6}\s*\)"
_PRECISION = r"(?:\(\s*[0-6]\s*\))?"

_PATTERNS = {
    "text": "text",
    "char(n)": rf"char{_LENGTH}",
    "varchar(n)": rf"varchar{_LENGTH}",
    "smallint": "smallint",
    "integer": "integer",
    "bigint": "bigint",
    "numeric, numeric(p,s)": r"numeric(?:\(\s*[1-9]\d{0,3}\s*(?:,\s*\d{1,3}\s*)?\))?",
    "real": "real",
    "double precision": "double precision",
    "boolean": "boolean",
    "date": "date",
    "time": f"time{_PRECISION}",
    "timestamp": f"timestamp{_PRECISION}",
    "timestamptz": f"timestamptz{_PRECISION}",
    "uuid": "uuid",
    "jsonb": "jsonb",
}
_SUPPORTED = re.compile("|".join(_PATTERNS.values()))


def supported(name: str) -> str:
    """Return the type's name if podflow loads it.

    Raises:
        ValueError: it is another type; the message lists those that work.
    """
    if not _SUPPORTED.fullmatch(name):
        raise ValueError(f"unsupported type {name!r}; use one of: {'; '.join(_PATTERNS)}")
    return name


def cast_type(name: str) -> str:
    """Return the type to cast staged text to.

    An explicit cast to char(n) or varchar(n) cuts off what is too long without a word. Cast to the type
    without length, the assignment to the column raises "value too long" instead.
    """
    if name.startswith("char("):
        return "bpchar"
    return "varchar" if name.startswith("varchar(") else name


def is_text(name: str) -> bool:
    """Say whether every text is a valid value of the type."""
    return name == "text"


def is_number(name: str) -> bool:
    """Say whether the type is one of numbers."""
    return name in ("smallint", "integer", "bigint", "real", "double precision") or name.startswith("numeric")
