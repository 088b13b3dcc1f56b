from collections.abc import Callable

import pytest

from bedside.kernel.errors import InvalidRequestError, PreconditionFailedError, PreconditionRequiredError
from bedside.kernel.versions import version_seen

CHANGED = "The record was changed elsewhere."


def unread() -> int:
    raise AssertionError("the current version was read")


def is_(version: int) -> Callable[[], int]:
    return lambda: version


@pytest.mark.parametrize("if_match", ['"7"', ' "7" ', 'W/"7"', "7", '"x", "7"', '"7","7"'])
def test_a_single_version_is_not_compared_here(if_match: str) -> None:
    """The write compares it, so nothing needs to be read for it."""
    assert version_seen(if_match, unread, CHANGED) == 7


@pytest.mark.parametrize(("if_match", "current", "seen"), [('"3", "5"', 5, 5), ('W/"4","3"', 5, 4), ('"0", "1"', 1, 1)])
def test_among_several_the_current_one_counts_or_the_one_before(if_match: str, current: int, seen: int) -> None:
    """A repeated request names the version before the one that it wrote."""
    assert version_seen(if_match, is_(current), CHANGED) == seen


@pytest.mark.parametrize("if_match", ['"1", "2"', '"x"', '""', "0007", "9" * 5000, '"-1"'])
def test_a_tag_that_is_not_the_current_version_is_told_that_one(if_match: str) -> None:
    with pytest.raises(PreconditionFailedError, match=CHANGED) as raised:
        version_seen(if_match, is_(5), CHANGED)
    assert raised.value.version == 5


@pytest.mark.parametrize(
    "if_match", ["*", "one", "-1", '"1', "W/1", '"1" "1"', '"1",', "", ",", "\N{ARABIC-INDIC DIGIT ONE}"]
)
def test_what_is_no_list_of_tags_is_refused(if_match: str) -> None:
    with pytest.raises(InvalidRequestError):
        version_seen(if_match, unread, CHANGED)


def test_the_header_is_required() -> None:
    with pytest.raises(PreconditionRequiredError):
        version_seen(None, unread, CHANGED)
