"""A table of transitions as a diagram and a table of Markdown, for the pages that are made from code."""

from collections.abc import Mapping, Sequence
from typing import Protocol


class Transition(Protocol):
    """A transition between two states, as the domains that have states write them."""

    @property
    def source(self) -> str: ...

    @property
    def cause(self) -> str: ...

    @property
    def target(self) -> str: ...

    @property
    def guard(self) -> str: ...

    @property
    def effects(self) -> Sequence[str]: ...


def drawn(
    table: Sequence[Transition], causes: Mapping[str, str], *, begins: Sequence[str], ends: Sequence[str] = ()
) -> str:
    """Return both; `causes` says each cause in words, and `begins` are states, perhaps with what leads to them."""
    lines = ["stateDiagram-v2", *(f"  [*] --> {state}" for state in begins)]
    lines += [f"  {way.source} --> {way.target}: {causes[way.cause]}" for way in table]
    lines += [f"  {state} --> [*]" for state in ends]
    diagram = "\n".join(lines)
    rows = "".join(_row(way, causes[way.cause]) for way in table)
    return (
        f"```mermaid\n{diagram}\n```\n\n"
        f"| from | event | condition | to | effects |\n| --- | --- | --- | --- | --- |\n{rows}"
    )


def _row(way: Transition, cause: str) -> str:
    brought = ", ".join(f"`{effect}`" for effect in way.effects) or "-"
    return f"| {way.source} | {cause} | {way.guard or '-'} | {way.target} | {brought} |\n"
