"""What the measurements say: the section of docs/benchmarks.md."""

from collections.abc import Sequence

from benchmarks.dbt.builds import MODELS
from benchmarks.dbt.session import Turn
from benchmarks.tables import table

_GOAL_GROWTH = 2.0
"""How many times longer the same new rows may take where the table has a hundred times the rows."""
_METHOD = (
    "The incremental models and the views under them, built by `dbt run` in its image on the chart's durable Postgres. "
    "Bronze has rows that arrived over a hundred days; before a build, new rows arrive in each of its tables, and all "
    "tables are vacuumed and analysed. A full build is the first one: the table is not there. Seconds are those of the "
    "models in dbt's run_results; `fact_orders` takes the new rows of two tables. The container's are dbt's start, "
    "reading the whole project and what runs beside, the same whatever the size. dbt's tests are not in it: they "
    "look at whole tables."
)


def report(turns: Sequence[Turn], where: str) -> str:
    """Return the section as Markdown; `where` is one sentence: when, and on what it was measured."""
    loads = [turn.load for turn in turns]
    head = ("rows a table", "new", *MODELS, "all", "container")
    told = f"{where}. Load before a build {min(loads):.1f} to {max(loads):.1f}."
    return "\n\n".join([told, _METHOD, table(head, [_row(turn) for turn in turns]), _goal(turns)]) + "\n"


def _row(turn: Turn) -> list[str]:
    new = "all: full" if turn.new == turn.rows else f"{turn.new:,}"
    seconds = [*(turn.build.seconds[model] for model in MODELS), _all(turn), turn.build.container]
    return [f"{turn.rows:,}", new, *(f"{each:.2f}" for each in seconds)]


def _all(turn: Turn) -> float:
    return sum(turn.build.seconds.values())


def _goal(turns: Sequence[Turn]) -> str:
    incremental = [turn for turn in turns if turn.new < turn.rows]
    smallest, largest = min(turn.rows for turn in turns), max(turn.rows for turn in turns)
    judged = []
    for new in dict.fromkeys(turn.new for turn in incremental):
        small, large = (_all(_only(incremental, rows, new)) for rows in (smallest, largest))
        reached = "reached" if large / small <= _GOAL_GROWTH else "missed"
        judged.append(
            f"{new:,} new rows in {largest // smallest} times the rows: {large / small:.1f} times the seconds, "
            f"goal at most {_GOAL_GROWTH:.0f}: {reached}"
        )
    return "; ".join(judged) + "."


def _only(turns: Sequence[Turn], rows: int, new: int) -> Turn:
    (found,) = [turn for turn in turns if (turn.rows, turn.new) == (rows, new)]
    return found
