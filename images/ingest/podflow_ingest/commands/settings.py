"""`ingest settings`: what a pod is configured with."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import typer
from pydantic import SecretStr

from podflow_ingest.commands.rows import print_rows
from podflow_ingest.environments import DEFAULTS
from podflow_ingest.settings import Settings

MASK = "***"


def settings(context: typer.Context) -> None:
    """Show the settings in effect, and whether a variable says each, the environment (dev, stage, prod), or nobody.

    Secrets are masked: passwords, headers, and in URLs what stands before the host and after the path.
    """
    print_rows(list(shown(context.ensure_object(Settings))))


def shown(effective: Settings) -> Iterator[dict[str, str]]:
    """Yield each setting's variable, its value as it may be shown, and what it is from."""
    for name, field in Settings.model_fields.items():
        variable = str(field.validation_alias or name).upper()
        for part, value in _parts(getattr(effective, name)):
            yield {"setting": variable + part, "value": value, "from": _origin(effective, name)}


def _origin(effective: Settings, name: str) -> str:
    of_environment = DEFAULTS[effective.environment]
    if name in of_environment and getattr(effective, name) == of_environment[name]:
        return effective.environment
    return "variable" if name in effective.model_fields_set else "default"


def _parts(value: Any, part: str = "") -> Iterator[tuple[str, str]]:
    """Yield a value, or each one of a group by the rest of its variable's name."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _parts(member, f"{part}__{name.upper()}")
    elif isinstance(value, SecretStr):
        yield part, masked(value.get_secret_value())
    else:
        yield part, "" if value is None else str(value)


def masked(secret: str) -> str:
    """Return what may be shown of a secret: of a URL where it leads, of everything else that it is there."""
    try:
        url = urlsplit(secret)
        # What looks like a URL is one only with a host, or a path of this machine.
        if not url.scheme or "://" not in secret or not (url.hostname or url.path):
            return MASK if secret else ""
    except ValueError:
        return MASK
    login, at, where = url.netloc.rpartition("@")
    rest = "".join(f"{mark}{MASK}" for mark, part in (("?", url.query), ("#", url.fragment)) if part)
    return f"{url.scheme}://{MASK if login else ''}{at}{where}{url.path}{rest}"
