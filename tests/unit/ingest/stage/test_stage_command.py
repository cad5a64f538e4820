import pytest

from podflow_ingest.commands.stage import names
from podflow_ingest.errors import DeclarationError


def test_chunks_are_named_one_by_one_or_as_the_list_that_a_template_makes() -> None:
    assert names(["dt=1/a.jsonseq", '["dt=1/b.jsonseq", "dt=1/c.jsonseq"]']) == [
        "dt=1/a.jsonseq",
        "dt=1/b.jsonseq",
        "dt=1/c.jsonseq",
    ]


@pytest.mark.parametrize("argument", ["['dt=1/a.jsonseq']", "[1]", "["])
def test_another_list_is_refused_with_what_to_do(argument: str) -> None:
    with pytest.raises(DeclarationError, match="is no JSON list of chunks: `tojson` makes one"):
        names([argument])
