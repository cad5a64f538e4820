import psycopg
import pytest

from podflow_ingest.errors import DeclarationError, SourceError, SourceFlawError
from podflow_ingest.postgres.database import database


def test_a_database_is_named_without_credentials() -> None:
    found = database("shop_db", "postgresql://shop:p%40ss@db.example:6432/shop?sslmode=require")
    assert found.url == "postgresql://db.example:6432/shop"
    assert found.parameters["password"] == "p@ss"
    assert "p@ss" not in repr(found)


@pytest.mark.parametrize("url", ["s3://bucket/key", "postgresql://h:secret@x", "postgresql://h/db?secret=1", ""])
def test_what_is_no_database_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(DeclarationError, match="connection 'shop_db' is not the URL of a Postgres database") as caught:
        database("shop_db", url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (psycopg.errors.UndefinedTable("x"), SourceFlawError),
        (psycopg.errors.InvalidPassword("x"), SourceFlawError),
        (psycopg.errors.QueryCanceled("x"), SourceError),
        (psycopg.errors.SerializationFailure("x"), SourceError),
        (psycopg.OperationalError('FATAL:  database "x" does not exist'), SourceFlawError),
        (psycopg.OperationalError("connection refused"), SourceError),
    ],
)
def test_errors_that_do_not_pass_are_told_from_those_that_may(error: psycopg.Error, kind: type[Exception]) -> None:
    with (
        pytest.raises(SourceError, match="postgresql://db:5432/shop: ") as caught,
        database("shop_db", "postgresql://db/shop").errors_explained(),
    ):
        raise error
    assert type(caught.value) is kind
