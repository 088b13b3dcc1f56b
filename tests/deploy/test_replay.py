"""Replaying from the command line."""

from pathlib import Path
from typing import Any

import pytest

from deploy import replay, stack
from deploy.stack import NotDeployedError
from tests.deploy.clouds import Functions, Resources
from tests.deploy.command import command


def run(answer: Any, **asked: str) -> tuple[tuple[bool, str], list[Any]]:
    def answering(_event: Any) -> Any:
        if isinstance(answer, ValueError):
            raise answer
        return answer

    functions: Any = Functions({"f": answering})
    told = replay.replay(functions, "f", **{"since": "", "until": "", "event": "", **asked})
    return told, functions.events


def test_a_stretch_of_time() -> None:
    """Is handed on, and what was asked for is told."""
    told, events = run({"since": "A", "until": "B"}, since="2026-11-20", until="2026-11-21")
    assert told == (True, "100ms sends again what it has sent from A to B; it comes in minutes.")
    assert events == [("f", {"since": "2026-11-20", "until": "2026-11-21"})]


def test_one_event() -> None:
    """Alone."""
    told, events = run({"queued": "hms/e1"}, event="hms/e1")
    assert told == (True, "hms/e1 is queued.")
    assert events == [("f", {"event": "hms/e1"})]


def test_a_refusal_is_told_in_its_words() -> None:
    """And a failure points to the log."""
    assert run({"refused": "At most 14 days."}, since="x")[0] == (False, "At most 14 days.")
    assert run(ValueError("secret"), since="x")[0] == (False, "The function f failed; its log says why.")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "Say what"),
        (["", "", "", ""], "Say what"),
        (["2026-11-20", "", "hms/e1", ""], "Say what"),
        (["2026-11-20", "", "", ""], "No stack is running here"),
        (["", "", "hms/e1", "local"], "No stack is running here"),
    ],
)
def test_command_that_cannot_work_says_so_in_one_line(tmp_path: Path, arguments: list[str], told: str) -> None:
    """Without or with too many words, or without a running stack, it ends with code 1."""
    done = command("replay", *arguments, stack_file=tmp_path / "stack.json")
    assert (done.returncode, done.stdout) == (1, "")
    assert told in done.stderr
    assert done.stderr.count("\n") == 1


def test_resources_of_a_stack() -> None:
    """All pages of them; a stack that is not there is told in words."""
    found: Any = Resources({"bedside-x": {"A": "1", "B": "2", "C": "3"}})
    assert stack.resources(found, "x") == {"A": "1", "B": "2", "C": "3"}
    with pytest.raises(NotDeployedError, match="no stack bedside-y"):
        stack.resources(found, "y")
