"""The decision against an SDK shows what the contract's tests found."""

from pathlib import Path

import pytest

from tests.unit.adapters.redis.contract_page import PAGE, cases, main, page, table
from tests.unit.adapters.redis.known_failures import KNOWN


def test_the_page_is_of_this_contract() -> None:
    """`make docs` was run after the last change."""
    assert PAGE.read_text() == page(PAGE.read_text())


def test_every_known_failure_is_a_case() -> None:
    """A test that was renamed or removed leaves nothing behind, and every reason shows."""
    assert set(KNOWN) <= {case for named in cases().values() for case in named}
    assert all(reason in table() for reason in KNOWN.values())


def test_the_page_is_written(tmp_path: Path) -> None:
    """To where it is asked for, and only between its marks."""
    copy = tmp_path / "page.md"
    copy.write_text(PAGE.read_text().replace("| 16 |", "| 99 |"))
    main(copy)
    assert copy.read_text() == PAGE.read_text()


def test_a_page_without_a_place_for_it_is_refused() -> None:
    """Rather than left as it is."""
    with pytest.raises(ValueError, match="no place"):
        page("# A page\n")
