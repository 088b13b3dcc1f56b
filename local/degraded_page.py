"""`python -m local.degraded_page`: writes docs/degraded.md from the domains' manifests."""

import sys
from pathlib import Path

from local.cloud import ROOT

sys.path.insert(0, str(ROOT / "layers/core"))

from bedside import domains
from bedside.platform.contract import Route

PAGE = ROOT / "docs/degraded.md"
_STAND_INS = {"record": "DynamoDB", "process": "this process", "nothing": "-"}
_HEAD = """# Without Redis

Written by `make docs` from the manifests, `layers/core/bedside/*/domain.py`; do not edit.

Redis makes calls faster and enforces rate limits; no call requires it. A call waits at most 300 ms for Redis
(`RedisDeadlineMs`). After three consecutive failures it does not wait at all: each environment then probes Redis with
one call every five seconds. A change that Redis missed while it was down stays unnoticed for at most a minute: after
that, sessions are read from DynamoDB again, and lists of users after 30 seconds. "This process" means that each Lambda
environment counts and stores separately, so that limits apply per environment until Redis is back.

| call | Redis | replaced by | why that is sufficient |
| --- | --- | --- | --- |
"""


def page() -> str:
    """Return the page."""
    return _HEAD + "".join(_row(route) for domain in domains.manifests() for route in domain.routes)


def _row(route: Route) -> str:
    degraded = route.degraded
    stand_in = ", ".join(_STAND_INS[each] for each in degraded.stand_in)
    return f"| `{route.key}` | {degraded.redis} | {stand_in} | {degraded.why} |\n"


def main(path: Path = PAGE) -> None:
    """Write the page."""
    path.write_text(page())


if __name__ == "__main__":
    main()
