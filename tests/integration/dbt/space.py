"""The launches' API with documents that a test changes, and the pods of the spacex DAG that read it."""

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from podflow_dags.catalogue import datasets, declaration
from podflow_ingest.cli import application
from podflow_ingest.settings import Settings
from podflow_sources.spacex.flights import flights
from podflow_sources.spacex.queries import Query, run
from tests.e2e.expected_spacex import Flights
from tests.integration.dbt.builds import Builds
from tests.unit.ingest.http.api_server import Answer, ApiServer, Request

COLLECTIONS = ("launches", "rockets", "launchpads", "payloads")


def documents(seed: int) -> dict[str, list[dict[str, Any]]]:
    """Return the documents that the seed makes, to be changed at will."""
    return {name: deepcopy(list(getattr(flights(seed), name))) for name in COLLECTIONS}


@dataclass
class Api:
    """Answers as the example source does, out of documents of its own."""

    documents: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: documents(7))

    def __call__(self, request: Request) -> Answer:
        _, version, collection, *query = request.path.split("/")
        assert version == "v4"
        held = self.documents[collection]
        found: Any = run(held, Query.model_validate_json(request.body)) if query == ["query"] else held
        return Answer(json.dumps(found).encode())

    @property
    def flights(self) -> Flights:
        """What it knows, for the computation by plain Python."""
        return Flights(**self.documents)

    def launch(self, number: int) -> dict[str, Any]:
        """Return the launch of that flight number."""
        return next(each for each in self.documents["launches"] if each["flight_number"] == number)


@dataclass(frozen=True)
class Space(Builds):
    """The API and the warehouse, and the pods between them."""

    api: Api
    server: ApiServer

    def pod(self, *arguments: str) -> tuple[int, dict[str, Any]]:
        """Run a command of the ingest image in this process; return its exit code and result."""
        result = self.folder / "ingest-result"
        result.write_text("")
        code = application(arguments)(list(arguments), obj=Settings.read(), standalone_mode=False)
        return code or 0, json.loads(result.read_text() or "{}")

    def transform(self, dataset: str, date: str) -> dict[str, Any]:
        """Run the task `transform` of a dataset; return its result."""
        _, result = self.pod("transform", declaration("spacex", dataset), "--date", date)
        return result

    def bring(self, date: str) -> Iterator[tuple[str, dict[str, Any], list[dict[str, Any]]]]:
        """Run the tasks of all datasets; yield each one's name and the results of `transform` and `copy`."""
        for dataset in datasets("spacex"):
            landed = self.transform(dataset, date)
            declared = declaration("spacex", dataset)
            yield dataset, landed, [self.pod("load", declared, chunk)[1] for chunk in landed["chunks"]]

    def queries(self) -> list[dict[str, Any]]:
        """Return the conditions of all queries since the last call."""
        asked = [json.loads(request.body)["query"] for request in self.server.requests if request.body]
        self.server.requests.clear()
        return asked
