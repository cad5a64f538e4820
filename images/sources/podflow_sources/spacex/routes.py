"""The launches' API below /v4: each collection as a whole, one document, and queries."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, HTTPException, Path

from podflow_sources.spacex.flights import flights
from podflow_sources.spacex.launches import Document
from podflow_sources.spacex.queries import Query, QueryError, run

COLLECTIONS = ("launches", "rockets", "launchpads", "payloads")


def routes(seed: int) -> APIRouter:
    """Return the API of the launches that the seed makes."""
    router = APIRouter(prefix="/v4", tags=["spacex"])
    for collection in COLLECTIONS:
        router.include_router(_collection(collection, getattr(flights(seed), collection)))
    return router


def _collection(name: str, documents: tuple[Document, ...]) -> APIRouter:
    router = APIRouter(prefix=f"/{name}")
    by_id = {document["id"]: document for document in documents}

    @router.get("", summary=f"All {name}, without pages")
    def everything() -> list[dict[str, Any]]:
        return list(documents)

    @router.post("/query", summary=f"A page of the {name} that fulfil conditions")
    def query(asked: Annotated[Query, Body()]) -> dict[str, Any]:
        try:
            return run(documents, asked)
        except QueryError as error:
            raise HTTPException(400, str(error)) from None

    @router.get("/{id}", summary=f"One of the {name}")
    def one(id_: Annotated[str, Path(alias="id")]) -> dict[str, Any]:
        if id_ not in by_id:
            raise HTTPException(404, "Not Found")
        return by_id[id_]

    return router
