"""Records with round figures."""

from benchmarks.ingest.record import Record, Turn
from benchmarks.ingest.work import Work

ROWS = 1000


def record(contender: str, case: str, seconds: float, **more: object) -> Record:
    """One step; `step`, `round`, `wal`, `images`, `peak`, `part` and `problem` where they matter."""
    turn = Turn(str(more.get("part", "files")), ROWS, contender, int(str(more.get("round", 0))))
    peak = int(str(more.get("peak", 100 * 2**20)))
    work = Work(str(more.get("step", "")), seconds, seconds + 0.5, seconds / 2, peak)
    wal, images = int(str(more.get("wal", 0))), int(str(more.get("images", 0)))
    return Record(turn, case, work, seconds / 4, wal, images, 1.0, str(more.get("problem", "")))
