import pytest

from benchmarks.tables import replace_section, table

OTHER = "## Loading\n\nfast\n"


def test_columns_stand_under_one_another() -> None:
    assert table(("stage", "ms"), [("queued", "7"), ("→ done", "1234")]).splitlines() == [
        "| stage  |   ms |",
        "| ------ | ---: |",
        "| queued |    7 |",
        "| → done | 1234 |",
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("", "## PodTask\n\nnew\n", id="nothing there"),
        pytest.param("# Benchmarks\n", "# Benchmarks\n\n## PodTask\n\nnew\n", id="only a heading"),
        pytest.param("## PodTask\n\nold\n", "## PodTask\n\nnew\n", id="the only section"),
        pytest.param(f"## PodTask\n\nold\n\n{OTHER}", f"## PodTask\n\nnew\n\n{OTHER}", id="the first section"),
        pytest.param(f"{OTHER}\n## PodTask\n\nold\n", f"{OTHER}\n## PodTask\n\nnew\n", id="the last section"),
        pytest.param("## PodTasks\n\nother\n", "## PodTasks\n\nother\n\n## PodTask\n\nnew\n", id="a title like it"),
        pytest.param(
            "## PodTask\n\nold\n\n### Part\n\n#x\n\n" + OTHER,
            f"## PodTask\n\nnew\n\n{OTHER}",
            id="sections in the section",
        ),
    ],
)
def test_only_the_section_of_the_title_is_replaced(before: str, after: str) -> None:
    assert replace_section(before, "PodTask", "new\n") == after
    assert replace_section(after, "PodTask", "new\n") == after
