"""Time for code that waits for minutes."""

import time
from dataclasses import dataclass, field


@dataclass
class FastClock:
    """Stands in for the module `time`, as far as it says how much has passed."""

    speed: float = 1000
    _start: float = field(default_factory=time.monotonic)

    def monotonic(self) -> float:
        return (time.monotonic() - self._start) * self.speed
