import sys
from pathlib import Path

import pytest

from benchmarks.ingest.errors import FailedError, OverLimitError
from benchmarks.ingest.usage import run

MEBIBYTES = 64
WORK = f"""
import time
data = b'x' * ({MEBIBYTES} * 2**20)
del data
began = time.process_time()
while time.process_time() - began < 0.3: pass
"""


def test_time_cpu_and_the_highest_memory_are_the_commands(tmp_path: Path) -> None:
    used = run([sys.executable, "-c", WORK], {}, tmp_path, limit=60)
    assert used.seconds >= used.cpu_seconds * 0.9
    assert 0.3 <= used.cpu_seconds < 3
    assert used.peak > MEBIBYTES * 2**20


def test_a_failure_shows_the_end_of_the_output(tmp_path: Path) -> None:
    with pytest.raises(FailedError, match="ended with 3:\nbefore the end"):
        run([sys.executable, "-c", "print('before the end'); raise SystemExit(3)"], {}, tmp_path, limit=60)


def test_what_takes_too_long_is_ended(tmp_path: Path) -> None:
    with pytest.raises(OverLimitError):
        run([sys.executable, "-c", "import time; time.sleep(60)"], {}, tmp_path, limit=0.3)
