"""SpaceX's launches from the API to gold on a real warehouse, day after day, against a computation by plain Python.

One story in the order of the tests: each starts from what the one before left.
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from podflow_dags.catalogue import declaration
from podflow_ingest.errors import LandingFlawError
from podflow_task.errors import FINAL
from tests.e2e import expected_spacex
from tests.e2e.expected_spacex import at
from tests.integration.dbt.builds import pod_environment
from tests.integration.dbt.space import Api, Space
from tests.servers import Server, fresh_warehouse
from tests.unit.ingest.http.api_server import serving

GOLD = ("rocket_success_by_year", "payload_mass_by_orbit", "launch_cadence", "core_reuse")
FIRST, SECOND, THIRD, FOURTH = (f"2026-11-{day}" for day in (20, 21, 22, 23))
LEDGER = "SELECT count(*), max(load_id) FROM ops.load"
LAUNCHES = "SELECT launch_id, xmin::text FROM bronze_spacex.launches"


@pytest.fixture(scope="module")
def space(postgres_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Space]:
    """An API, an empty landing and an empty warehouse."""
    folder, api = tmp_path_factory.mktemp("spacex"), Api()
    (folder / "landing").mkdir()
    with (
        pytest.MonkeyPatch.context() as environment,
        serving(api) as server,
        fresh_warehouse(postgres_server) as warehouse,
        warehouse.connect("ingest") as ingest,
        warehouse.connect("dbt") as dbt,
    ):
        places = {
            "LANDING_URL": (folder / "landing").as_uri(),
            "CONNECTIONS__SPACEX_API": f"{server.url}/v4",
            "PODFLOW_RESULT_FILE": str(folder / "ingest-result"),
        }
        for name, value in {**warehouse.environment(), **places}.items():
            environment.setenv(name, value)
        yield Space(ingest, dbt, pod_environment(warehouse), folder, api, server)


def gold_matches(space: Space) -> None:
    """Build all models, and compare each table of gold, row by row, with what plain Python makes of the documents."""
    finished = space.run("build", "--select", "spacex", "--target", "pro")
    assert finished.code == 0, finished.result
    assert finished.result["warned"] == 0
    for table in GOLD:
        found = space.query(f"SELECT * FROM gold_spacex.{table}")
        expected = getattr(expected_spacex, table)(space.api.flights)
        assert len(found) == len(expected) == len(set(found))
        assert set(found) == expected, f"{table}: {sorted(set(found) ^ expected, key=str)[:4]}"


def test_the_first_day_brings_all_that_the_api_has_to_gold(space: Space) -> None:
    brought = {dataset: (landed, loads) for dataset, landed, loads in space.bring(FIRST)}
    assert {dataset: landed["rows"] for dataset, (landed, _) in brought.items()} == {
        "launches": 187,
        "upcoming_launches": 18,
        "launch_cores": 187,
        "rockets": 3,
        "launchpads": 4,
        "payloads": len(space.api.documents["payloads"]),
    }
    for landed, loads in brought.values():
        assert sum(load["inserted"] for load in loads) == landed["rows"]
        assert sum(load["rejected"] for load in loads) == 0
    assert all("date_utc" not in query for query in space.queries())
    gold_matches(space)


def test_the_second_day_asks_for_the_launches_of_the_last_thirty_days_before_the_newest_alone(space: Space) -> None:
    before = space.query(LAUNCHES)
    newest = at(space.api.flights.flown[-1])
    recent = [each for each in space.api.flights.flown if at(each) >= newest - timedelta(days=30)]
    brought = {dataset: (landed, loads) for dataset, landed, loads in space.bring(SECOND)}
    for dataset in ("launches", "launch_cores"):
        landed, (load,) = brought[dataset]
        assert landed["rows"] == len(recent) < 20
        assert (load["unchanged"], load["inserted"], load["updated"]) == (len(recent), 0, 0)
    since = [query["date_utc"]["$gte"] for query in space.queries() if not query["upcoming"]]
    assert len(since) == 2
    assert {datetime.fromisoformat(text) for text in since} == {newest - timedelta(days=30)}
    assert space.query(LAUNCHES) == before


def test_the_third_day_a_planned_launch_has_flown_another_is_off_and_gold_follows(space: Space) -> None:
    flown, gone = space.api.launch(188), space.api.launch(205)
    flown |= {"upcoming": False, "success": True, "date_precision": "hour"}
    flown["cores"][0] |= {"core": space.api.launch(187)["cores"][0]["core"], "landing_attempt": True}
    space.api.documents["launches"].remove(gone)
    space.api.documents["payloads"] = [each for each in space.api.documents["payloads"] if each["launch"] != gone["id"]]
    late = space.api.launch(187)
    late |= {"success": False, "failures": [{"time": 12, "altitude": None, "reason": "late news"}]}
    loads = {dataset: loads for dataset, _, loads in space.bring(THIRD)}
    assert [(load["inserted"], load["updated"]) for load in loads["launches"]] == [(1, 1)]
    assert [load["inserted"] for load in loads["launch_cores"]] == [1]
    vanished = space.query("SELECT launch_id FROM bronze_spacex.upcoming_launches WHERE _deleted_at IS NOT NULL")
    assert {number for (number,) in vanished} == {flown["id"], gone["id"]}
    gold_matches(space)


def test_a_record_that_does_not_fit_its_columns_goes_to_quarantine_and_the_others_are_loaded(space: Space) -> None:
    broken = space.api.launch(188)
    good = broken["flight_number"]
    broken["flight_number"] = "the newest"
    landed = space.transform("launches", FOURTH)
    (load,) = [space.pod("load", declaration("spacex", "launches"), chunk)[1] for chunk in landed["chunks"]]
    broken["flight_number"] = good
    assert (load["rejected"], load["read"]) == (1, landed["rows"])
    ((reason,),) = space.query("SELECT reason FROM ops.quarantine WHERE dataset = 'spacex.launches'")
    assert reason == "flight_number: 'the newest' is no integer"


def staged_files(space: Space, dataset: str, date: str) -> list[Path]:
    return sorted((space.folder / "landing" / "stage" / "spacex" / dataset / f"dt={date}").glob("*.parquet"))


def test_a_staged_file_that_was_changed_is_refused_before_the_warehouse_is_touched(space: Space) -> None:
    (chunk,) = space.transform("rockets", FOURTH)["chunks"]
    (file,) = staged_files(space, "rockets", FOURTH)
    good = file.read_bytes()
    file.write_bytes(good[:100] + bytes([good[100] ^ 1]) + good[101:])
    before = space.query(LEDGER), space.query("SELECT rocket_id, xmin::text FROM bronze_spacex.rockets")
    with pytest.raises(LandingFlawError, match=r"the chunk was changed after extract; nothing was loaded") as refused:
        space.pod("load", declaration("spacex", "rockets"), chunk)
    assert refused.value.exit_code == FINAL
    assert (space.query(LEDGER), space.query("SELECT rocket_id, xmin::text FROM bronze_spacex.rockets")) == before
    file.write_bytes(good)
    assert space.pod("load", declaration("spacex", "rockets"), chunk)[1]["unchanged"] == 3


def changed(dataset: str, **column: Any) -> str:
    """Return the declaration with one column otherwise, or one more."""
    declared = json.loads(declaration("spacex", dataset))
    others = [each for each in declared["columns"] if each["name"] != column["name"]]
    return json.dumps({**declared, "columns": [*others, column]})


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ({"name": "colour", "type": "text"}, "column 'colour' is missing"),
        ({"name": "stages", "type": "boolean"}, "column 'stages' is declared boolean, the file has int16"),
    ],
)
def test_a_staged_file_of_another_schema_is_refused_before_the_warehouse_is_touched(
    space: Space, column: dict[str, Any], message: str
) -> None:
    (chunk,) = space.transform("rockets", FOURTH)["chunks"]
    before = space.query(LEDGER), columns_of(space)
    with pytest.raises(LandingFlawError, match=message) as refused:
        space.pod("load", changed("rockets", **column), chunk)
    assert refused.value.exit_code == FINAL
    assert (space.query(LEDGER), columns_of(space)) == before


def columns_of(space: Space) -> list[tuple[Any, ...]]:
    return space.query(
        "SELECT column_name, data_type FROM information_schema.columns"
        " WHERE table_schema = 'bronze_spacex' AND table_name = 'rockets' ORDER BY 1"
    )
