"""Text and tables in Markdown that can also be read in a terminal."""

from collections.abc import Sequence
from typing import Final

from benchmarks.samples import Summary

TIMES: Final = ("median", "min", "max")
# In the order of their columns.
SERVICES: Final = {
    "redis": "Redis",
    "dynamodb": "DynamoDB",
    "s3": "S3",
    "execute-api": "sockets",
    "sqs": "SQS",
    "sns": "SNS",
    "ssm": "SSM",
}


def number(milliseconds: float) -> str:
    """Write milliseconds with no more digits than they deserve: 0.014, 6.3, 298, 2,760."""
    if milliseconds >= 100:
        return f"{milliseconds:,.0f}"
    if milliseconds >= 1:
        return f"{milliseconds:.1f}"
    return f"{milliseconds:.3f}"


def times(milliseconds: Sequence[float]) -> list[str]:
    """Write the cells that belong under `TIMES`."""
    summary = Summary.of(milliseconds)
    return [number(summary.median), number(summary.least), number(summary.most)]


def prose(text: str) -> str:
    """Make one line of indented ones."""
    return " ".join(text.split())


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Lay a table out, first column to the left and the others to the right; raises ValueError on an uneven row."""
    if any(len(row) != len(head) for row in rows):
        raise ValueError("every row needs as many cells as the head")
    widths = [max(3, *(len(line[column]) for line in (head, *rows))) for column in range(len(head))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join(_line(line, widths) for line in (head, rule, *rows))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first = cells[0].ljust(widths[0])
    others = [cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True)]
    return f"| {' | '.join([first, *others])} |"
