"""Counts in Prometheus's text format (https://prometheus.io/docs/instrumenting/exposition_formats/)."""

import re
from collections.abc import Mapping
from typing import Final

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_WORDS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def exposition(version: str, counts: Mapping[str, int] | None) -> str:
    """Return the version, whether Redis answered, and the counts since midnight (UTC) by their names in responses.

    A counter that begins anew at midnight is one that was reset, which Prometheus understands. `counts` is None while
    Redis, which alone has them, is away.
    """
    return "".join(
        (
            _family("bedside_info", "gauge", "The version that runs.", 1, f'{{version="{version}"}}'),
            _family(
                "bedside_redis_up", "gauge", "Whether Redis, which has the counters, answered.", int(counts is not None)
            ),
            *(
                _family(_name(field), "counter", "Since midnight (UTC), in all facilities.", counts[field])
                for field in sorted(counts or {})
                if counts is not None
            ),
        )
    )


def _name(field: str) -> str:
    return f"bedside_{_WORDS.sub('_', field).lower()}_total"


def _family(name: str, kind: str, description: str, value: int, labels: str = "") -> str:
    return f"# HELP {name} {description}\n# TYPE {name} {kind}\n{name}{labels} {value}\n"
