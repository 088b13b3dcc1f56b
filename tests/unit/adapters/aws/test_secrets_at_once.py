"""Many environments that start at once: SSM refuses most of them at first, and none may be left without secrets."""

import heapq
import random

import pytest

from bedside.adapters.aws import secrets

# SSM's default (https://docs.aws.amazon.com/general/latest/gr/ssm.html), and how long it takes to answer.
RATE = 40
ANSWER_S = 0.05


def left_without(environments: int) -> int:
    """Return how many environments have no secrets when their time is over, if SSM serves 40 requests a second."""
    asking = [(0.0, environment, 0) for environment in range(environments)]
    allowance, before, left = float(RATE), 0.0, 0
    while asking:
        now, environment, refusals = heapq.heappop(asking)
        if now >= secrets._DEADLINE_S:  # noqa: SLF001  # the constant itself is tested
            left += 1
            continue
        allowance, before = min(RATE, allowance + (now - before) * RATE), now
        if allowance >= 1:
            allowance -= 1
        else:
            pause_s = secrets._pause_s(refusals)  # noqa: SLF001  # likewise
            heapq.heappush(asking, (now + ANSWER_S + pause_s, environment, refusals + 1))
    return left


@pytest.mark.parametrize(("environments", "left"), [(40, 0), (400, 0)])
def test_a_rush_gets_its_secrets(environments: int, left: int) -> None:
    """As many as the API accepts calls at once; the pauses are random, so the test's are not."""
    random.seed(1)
    assert left_without(environments) == left


def test_a_rush_beyond_that_does_not() -> None:
    """Otherwise the model would show nothing: it is what higher throughput is for."""
    random.seed(1)
    assert left_without(1_000) > 100
