"""Who may read what is counted, and how it is written."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.identity.errors import UnauthorizedError
from bedside.operations.exposition import exposition
from bedside.operations.metrics_export import MetricsExport

FIELDS = st.dictionaries(st.from_regex(r"[a-z]+([A-Z][a-z]+){0,3}", fullmatch=True), st.integers(0, 10**12))


@given(counts=st.none() | FIELDS)
def test_every_count_is_written_once(counts: Mapping[str, int] | None) -> None:
    """Each sample has its help and its type before it, and its number back."""
    lines = exposition("1.0", counts).splitlines()
    samples = {}
    for words, kind, sample in zip(lines[::3], lines[1::3], lines[2::3], strict=True):
        name, value = sample.rsplit(" ", 1)
        bare = name.partition("{")[0]
        assert words.startswith(f"# HELP {bare} ")
        assert kind == f"# TYPE {bare} {'counter' if bare.endswith('_total') else 'gauge'}"
        samples[bare] = int(value)
    assert samples.pop("bedside_info") == 1
    assert samples.pop("bedside_redis_up") == (counts is not None)
    assert sorted(samples.values()) == sorted((counts or {}).values())


@pytest.mark.parametrize("given_token", ["", " ", "Bearer", "Bearer "])
def test_without_a_token_nobody_reads_it(given_token: str) -> None:
    """Not even with nothing, which equals no token."""
    counters: Any = None  # is not reached
    with pytest.raises(UnauthorizedError):
        MetricsExport("", counters).read(given_token, (), 0)
