"""A file that comes again in chunks whose borders moved: each is compared with its predecessor all the same."""

import pytest

from tests.integration.ingest.bronze.prices import Prices, counts


def chunk(first: int, last: int, *changed: int) -> bytes:
    return b"".join(b"%d,1,%d,\n" % (number, number in changed) for number in range(first, last + 1))


def test_each_chunk_of_a_first_load_has_its_span(prices: Prices, capsys: pytest.CaptureFixture[str]) -> None:
    # Large enough that COPY extends the table ahead, and the second chunk begins in blocks that the first one left.
    prices.load_all(chunk(1, 20_000), chunk(20_001, 40_000), chunk(40_001, 60_000))
    capsys.readouterr()
    prices.load_all(chunk(1, 20_000, 7), chunk(20_001, 40_000, 30_007), chunk(40_001, 60_000, 50_007))
    assert capsys.readouterr().out.count('"event": "compared"') == 3
    assert prices.query("SELECT id FROM bronze_shop.prices WHERE price = 1 ORDER BY id") == [(7,), (30_007,), (50_007,)]


@pytest.mark.parametrize("border", [48, 52])
def test_a_chunk_is_compared_although_its_neighbour_took_or_gave_rows(
    prices: Prices, capsys: pytest.CaptureFixture[str], border: int
) -> None:
    prices.load_all(chunk(1, 50), chunk(51, 100))
    capsys.readouterr()
    done = prices.load_all(chunk(1, border, 10, border), chunk(border + 1, 100, border + 1, 60))
    assert capsys.readouterr().out.count('"event": "compared"') == 2
    assert done == [
        counts(border, updated=2, unchanged=border - 2),
        counts(100 - border, updated=2, unchanged=98 - border),
    ]
    ones = prices.query("SELECT id FROM bronze_shop.prices WHERE price = 1 ORDER BY id")
    assert ones == [(10,), (border,), (border + 1,), (60,)]


def test_a_row_that_another_chunk_changed_is_set_right(prices: Prices, capsys: pytest.CaptureFixture[str]) -> None:
    prices.load_all(chunk(1, 50), chunk(51, 100))
    prices.load(prices.land(b"60,1,7,\n", number=3))
    capsys.readouterr()
    again = prices.load(prices.land(chunk(51, 100, 70), number=2))
    assert '"event": "compared"' not in capsys.readouterr().out
    assert again == counts(50, updated=2, unchanged=48)
    assert prices.query("SELECT price::int FROM bronze_shop.prices WHERE id = 60") == [(0,)]
