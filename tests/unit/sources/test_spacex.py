"""Documents of the launches' API: the shape of the real one, whole references, the same for a seed."""

from datetime import datetime
from typing import Any

import pytest

from podflow_sources.spacex.flights import flights
from podflow_sources.spacex.launches import LAUNCHES, UPCOMING
from podflow_sources.spacex.queries import Options, Query, QueryError, run

MEMBERS = {
    "launches": "fairings links static_fire_date_utc static_fire_date_unix net window rocket success failures details "
    "crew ships capsules payloads launchpad flight_number name date_utc date_unix date_local date_precision upcoming "
    "cores auto_update tbd launch_library_id id",
    "rockets": "height diameter mass first_stage second_stage engines landing_legs payload_weights flickr_images name "
    "type active stages boosters cost_per_launch success_rate_pct first_flight country company wikipedia "
    "description id",
    "launchpads": "images name full_name locality region latitude longitude launch_attempts launch_successes rockets "
    "timezone launches status details id",
    "payloads": "dragon name type reused launch customers norad_ids nationalities manufacturers mass_kg mass_lbs orbit "
    "reference_system regime longitude semi_major_axis_km eccentricity periapsis_km apoapsis_km inclination_deg "
    "period_min lifespan_years epoch mean_motion raan arg_of_pericenter mean_anomaly id",
}
"""What the documents of SpaceX's own API v4 have, as its published schemas list them."""


@pytest.mark.parametrize("collection", MEMBERS)
def test_documents_have_the_members_of_the_published_schemas(collection: str) -> None:
    for document in getattr(flights(7), collection):
        assert set(document) == set(MEMBERS[collection].split())
        assert len(document["id"]) == 24
        assert int(document["id"], 16) >= 0


def test_references_lead_to_documents() -> None:
    made = flights(7)
    rockets, pads = {each["id"] for each in made.rockets}, {each["id"] for each in made.launchpads}
    carried = {each["id"]: each["launch"] for each in made.payloads}
    assert len(carried) == len(made.payloads)
    for launch in made.launches:
        assert launch["rocket"] in rockets
        assert launch["launchpad"] in pads
        assert all(carried[payload] == launch["id"] for payload in launch["payloads"])
    assert sorted(number for pad in made.launchpads for number in pad["launches"]) == sorted(
        launch["id"] for launch in made.launches
    )


def test_launches_follow_each_other_and_the_last_ones_are_to_come() -> None:
    launches = flights(7).launches
    assert [launch["flight_number"] for launch in launches] == list(range(1, LAUNCHES + 1))
    assert [launch["date_unix"] for launch in launches] == sorted(launch["date_unix"] for launch in launches)
    for launch in launches:
        assert datetime.fromisoformat(launch["date_utc"]).timestamp() == launch["date_unix"]
        assert launch["upcoming"] is (launch["flight_number"] > LAUNCHES - UPCOMING)
        assert (launch["success"] is None) is launch["upcoming"]
        assert bool(launch["failures"]) is (launch["success"] is False)


def test_a_seed_makes_the_same_flights_and_another_one_others() -> None:
    made = flights(7)
    flights.cache_clear()
    assert flights(7) == made
    assert flights(8).launches != made.launches
    assert [each["id"] for each in flights(8).rockets] == [each["id"] for each in made.rockets]


def found(query: dict[str, Any], **options: Any) -> dict[str, Any]:
    return run(flights(7).launches, Query(query=query, options=Options(**options)))


def test_a_query_finds_what_fulfils_all_conditions() -> None:
    since = found({"date_utc": {"$gte": "2020-01-01T00:00:00.000Z", "$lt": "2021-01-01"}}, pagination=False)["docs"]
    assert [each["id"] for each in since] == [
        each["id"] for each in flights(7).launches if each["date_utc"][:4] == "2020"
    ]
    assert {each["success"] for each in found({"success": False}, pagination=False)["docs"]} == {False}
    numbered = found({"flight_number": {"$in": [3, 9]}, "links.patch.small": {"$ne": None}})["docs"]
    assert [each["flight_number"] for each in numbered] == [3, 9]
    assert found({"flight_number": {"$gt": "3"}})["totalDocs"] == 0


def test_pages_are_told_as_mongoose_paginate_tells_them() -> None:
    pages = [found({}, limit=100, page=page, sort={"flight_number": "desc"}) for page in (1, 2, 3)]
    assert [len(page["docs"]) for page in pages] == [100, 100, 5]
    assert pages[0]["docs"][0]["flight_number"] == 205
    first, last = pages[0], pages[2]
    assert (first["totalDocs"], first["totalPages"], first["prevPage"], first["nextPage"]) == (205, 3, None, 2)
    assert (last["hasPrevPage"], last["hasNextPage"], last["prevPage"], last["nextPage"]) == (True, False, 2, None)
    assert last["pagingCounter"] == 201


def test_chosen_members_come_with_the_id() -> None:
    [document] = found({"flight_number": 1}, select={"name": 1})["docs"]
    assert document.keys() == {"id", "name"}


def test_an_operator_that_is_not_offered_is_named() -> None:
    with pytest.raises(QueryError, match=r"name: \$regex is not offered; there are \$eq"):
        found({"name": {"$regex": "Star"}})
