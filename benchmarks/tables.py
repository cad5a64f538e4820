"""Markdown tables whose columns stand under one another, so that a terminal shows them as well."""

from collections.abc import Sequence

Row = Sequence[str]


def table(head: Row, rows: Sequence[Row]) -> str:
    """Return a table; the first column is aligned left, the others right."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join(_line(row, widths) for row in (head, rule, *rows))


def _line(row: Row, widths: Sequence[int]) -> str:
    first, *others = zip(row, widths, strict=True)
    cells = [first[0].ljust(first[1]), *(text.rjust(width) for text, width in others)]
    return f"| {' | '.join(cells)} |"


def replace_section(document: str, title: str, section: str) -> str:
    """Return the document with the section under `## title` replaced, or added at its end."""
    text = f"## {title}\n\n{section.strip()}\n"
    begin = f"\n{document}".find(f"\n## {title}\n")
    if begin < 0:
        return f"{document.rstrip()}\n\n{text}".lstrip()
    end = document.find("\n## ", begin + 1)
    rest = "" if end < 0 else document[end:]
    return document[:begin] + text + rest
