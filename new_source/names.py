"""What a source and its dataset may be called: they become names of files, schemas, tables and variables."""

import keyword
import re
from dataclasses import dataclass

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_LONGEST = 30
_TAKEN = {"bronze", "silver", "gold", "staging", "dev", "ops", "podflow", "podflow_dags", "catalog"}


class NameRefusedError(ValueError):
    """A name is not one that all places can have; the message says which, why, and what would do."""


@dataclass(frozen=True)
class SourceName:
    """A source and its first dataset."""

    source: str
    dataset: str

    @classmethod
    def checked(cls, source: str, dataset: str) -> "SourceName":
        """Return the names where both will do.

        Raises:
            NameRefusedError: one of them will not.
        """
        for what, name in (("name", source), ("dataset", dataset)):
            if why := _refusal(name):
                raise NameRefusedError(f"{what}={name}: {why}; as in make new-source name=shop dataset=prices")
        return cls(source, dataset)


def _refusal(name: str) -> str | None:
    if not name:
        return "there must be one"
    if not _NAME.fullmatch(name):
        # Two underscores part a source from its dataset in the names of models.
        return "small letters, digits and single underscores alone, a letter first"
    if len(name) > _LONGEST:
        return f"{_LONGEST} characters at most, for what is made of it must fit in a name of Postgres"
    if name in _TAKEN or keyword.iskeyword(name):
        return "this word has another meaning"
    return None
