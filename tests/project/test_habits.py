"""CI and commit hooks run what a developer runs, with the versions that this repository pins."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
TARGETS = frozenset(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


# Where a test would wait for so long, whatever happens.
WAITS = re.compile(r"\bwait_for_timeout\(|\bsleep\(|\bwaitForTimeout\(|\bsetTimeout\(.*, *\d+\)")


def document(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text())


@pytest.fixture
def steps() -> list[dict[str, Any]]:
    """All steps of all jobs in CI."""
    return [step for job in document(".github/workflows/ci.yml")["jobs"].values() for step in job["steps"]]


def test_ci_calls_the_same_two_commands(steps: list[dict[str, Any]]) -> None:
    """As the README tells everybody to."""
    assert [step["run"] for step in steps if "run" in step] == ["make check", "make test"]


def test_actions_are_pinned_by_commit(steps: list[dict[str, Any]]) -> None:
    """A tag can be moved."""
    used = {step["uses"] for step in steps if "uses" in step}
    assert {name.partition("@")[0] for name in used} == {"actions/checkout", "actions/setup-python"}
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", name) for name in used)


def test_ci_can_only_read() -> None:
    """It runs the code of whoever opens a pull request."""
    assert document(".github/workflows/ci.yml")["permissions"] == {"contents": "read"}


def test_hooks_run_our_own_tools() -> None:
    """By make targets that `make check` consists of, so that no other version of a tool can creep in."""
    [repository] = document(".pre-commit-config.yaml")["repos"]
    assert repository["repo"] == "local"
    for hook in repository["hooks"]:
        assert hook["language"] == "system"
        assert hook["entry"].removeprefix("make ") in TARGETS
    entries = {hook["entry"].removeprefix("make ") for hook in repository["hooks"]}
    [parts] = re.findall(r"^check:([a-z ]+)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert entries <= set(parts.split())


def test_the_licence_is_the_one_that_is_named() -> None:
    """Apache-2.0, in full."""
    assert 'license = "Apache-2.0"' in (ROOT / "pyproject.toml").read_text()
    text = (ROOT / "LICENSE").read_text()
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text


@pytest.mark.parametrize("path", sorted((ROOT / "docs/adr").glob("0*.md")), ids=lambda path: path.stem)
def test_a_decision_has_its_parts(path: Path) -> None:
    """In one order, and a row in the index."""
    parts = ["Context", "Options", "Numbers", "Decision", "Consequences", "What would change our mind"]
    text = path.read_text()
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == parts
    assert text.startswith(f"# {path.stem[:4]}: ")
    assert f"[{path.stem[:4]}]({path.name})" in (path.parent / "README.md").read_text()


def test_every_page_is_audited() -> None:
    """Some test in tests/web asks axe about each document, by its name: new pages too."""
    tests = "".join(path.read_text() for path in (ROOT / "tests/web").rglob("test_*.py"))
    audited = set(re.findall(r'\baudit\([\w.]+, "([\w-]+)"', tests))
    assert {path.stem for path in (ROOT / "functions/web/static").glob("*.html")} == audited


def test_waits_for_the_clock_say_why() -> None:
    """A test waits for what happens; where a span of real time is the matter itself, a comment says so."""
    bare = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for suffix in ("py", "js", "html")
        for path in sorted((ROOT / "tests").rglob(f"*.{suffix}"))
        for number, (before, line) in enumerate(pairwise(["", *path.read_text().splitlines()]), 1)
        if WAITS.search(line) and "real time: " not in f"{before}{line}".lower()
    ]
    assert bare == [], "use `until`, `settle` or a page's clock, or give the reason after `# real time: `"
