"""What is wrong with some events on purpose: late ones, and values that no consumer can use."""

import random
from collections.abc import Callable
from dataclasses import dataclass

_HOUR = 3_600_000
_SHORTEST_DELAY, _LONGEST_DELAY = _HOUR, 72 * _HOUR

KINDS: dict[str, Callable[[bytes], bytes]] = {
    "no_json": lambda _: b"no order, sorry",
    "cut_off": lambda value: value[: len(value) // 2],
    "not_utf8": lambda value: value.replace(b'"name":"', b'"name":"\xff\xfe', 1),
    "nul": lambda value: value.replace(b'"name":"', b'"name":"\\u0000', 1),
    "wrong_type": lambda value: value.replace(b'"quantity":', b'"quantity":"some","was":', 1),
    "no_order_id": lambda value: value.replace(b'"order_id":', b'"order_no":', 1),
}
"""How a value is spoilt, by kind. Postgres' jsonb refuses nul, which parsers of JSON let pass."""


@dataclass(frozen=True, slots=True)
class Flaws:
    """Shares of 1. Which events are hit is drawn from seed and block, apart from all else that is drawn."""

    late: float = 0.0
    malformed: float = 0.0

    def delays(self, seed: str, size: int) -> dict[int, int]:
        """Return for the late ones of `size` events, by index, how many milliseconds earlier they had happened."""
        if not self.late:
            return {}
        draws = random.Random(f"{seed}/late")  # noqa: S311  made-up data, no secret
        delays = [(draws.random(), draws.randrange(_SHORTEST_DELAY, _LONGEST_DELAY)) for _ in range(size)]
        return {index: delay for index, (chance, delay) in enumerate(delays) if chance < self.late}

    def kinds(self, seed: str, size: int) -> dict[int, str]:
        """Return for the malformed ones of `size` events, by index, in which way they are."""
        if not self.malformed:
            return {}
        draws = random.Random(f"{seed}/malformed")  # noqa: S311  made-up data, no secret
        kinds = [(draws.random(), draws.choice(tuple(KINDS))) for _ in range(size)]
        return {index: kind for index, (chance, kind) in enumerate(kinds) if chance < self.malformed}


NO_FLAWS = Flaws()
