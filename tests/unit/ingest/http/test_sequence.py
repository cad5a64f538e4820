import json

from hypothesis import given
from hypothesis import strategies as st

from podflow_ingest.http.sequence import framed, pages

BODIES = st.recursive(
    st.none() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
).map(lambda value: json.dumps(value, ensure_ascii=False, indent=1).encode())
AROUND = st.sampled_from([b"", b" ", b"\n", b"\r\n\r\n"])
PAGES = st.builds(lambda before, body, after: before + body + after, AROUND, BODIES, AROUND)


@given(st.lists(PAGES, max_size=5), st.integers(1, 20))
def test_pages_come_out_as_they_went_in_however_the_stream_is_cut(bodies: list[bytes], size: int) -> None:
    data = b"".join(part for body in bodies for part in framed(body))
    assert list(pages(data[at : at + size] for at in range(0, len(data), size))) == bodies
