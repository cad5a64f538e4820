"""What the values declare: the JSON file that the chart mounts, and the passwords of its Secrets."""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self


class SetupError(Exception):
    """The broker cannot be brought in line; the message says why and what to do next."""


@dataclass(frozen=True)
class Topic:
    """One topic of the values."""

    name: str
    partitions: int
    config: dict[str, str]


@dataclass(frozen=True)
class Declaration:
    """Where the broker is, and what it shall hold."""

    nodes: str
    """host:port of the listener on which nodes talk to each other: it knows its one user from its own environment."""
    clients: str
    """host:port of the listener of everybody else."""
    replicas: int
    topics: tuple[Topic, ...]
    consumer_groups: str
    """What the names of the sink's consumer groups begin with."""
    broker_password: str = field(repr=False)
    passwords: dict[str, str] = field(repr=False)
    """The password of each SCRAM user."""

    @classmethod
    def read(cls, file: Path) -> Self:
        """Read the file; the passwords are in <USER>_PASSWORD, as the Job's environment has them."""
        declared = json.loads(file.read_text())
        return cls(
            nodes=declared["nodes"],
            clients=declared["clients"],
            replicas=declared["replicas"],
            topics=tuple(Topic(name, each["partitions"], each["config"]) for name, each in declared["topics"].items()),
            consumer_groups=declared["consumer_groups"],
            broker_password=os.environ["BROKER_PASSWORD"],
            passwords={user: os.environ[f"{user.upper()}_PASSWORD"] for user in declared["users"]},
        )
