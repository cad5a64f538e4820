"""The dataset as the loader's own reading of a declaration takes it."""

from benchmarks.ingest import dataset
from benchmarks.ingest.contenders import file_origin
from podflow_ingest.declaration.dataset import parse_dataset


def test_the_declaration_is_valid_and_keeps_the_catalogues_columns() -> None:
    parsed = parse_dataset(dataset.declaration("desk", file_origin(chunk_rows=10)))
    assert parsed.full_name == "forex.customer_transactions"
    assert parsed.column_names == dataset.names()


def test_the_typed_table_has_the_declared_key() -> None:
    statement = dataset.definition("public.t")
    assert "base_amount numeric(18,2) NOT NULL" in statement
    assert statement.endswith("PRIMARY KEY (transaction_id))")
    assert "PRIMARY KEY" not in dataset.definition("public.t", keyed=False)
