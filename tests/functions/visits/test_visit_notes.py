"""Notes on a visit: nothing that somebody wrote is ever lost."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bedside.kernel.errors import PreconditionFailedError
from bedside.visits import notes
from bedside.visits.notes import NotesRequest
from tests.functions.clinic import Answer, refusal
from tests.functions.surgery import Surgery

EMPTY = {"chiefComplaint": "", "observations": "", "assessment": "", "plan": ""}


def write(surgery: Surgery, seen: str | None, **texts: Any) -> Answer:
    return surgery.write_notes({**EMPTY, **texts}, seen)


def test_nothing_was_written_yet(surgery: Surgery) -> None:
    """Four empty texts, at version 0, and no history."""
    answer = surgery.ask("notes", surgery.practitioner)
    assert (answer.status, answer.json, answer.headers["etag"]) == (200, EMPTY, '"0"')
    assert surgery.done("notes_history", surgery.practitioner) == {"versions": []}


def test_notes_are_written_upon_what_was_read(surgery: Surgery) -> None:
    """Each version names the one before, and all are kept."""
    for number, plan in enumerate(("Rest.", "Rest and tea.")):
        answer = write(surgery, f'"{number}"', plan=plan)
        assert (answer.status, answer.json["plan"], answer.headers["etag"]) == (200, plan, f'"{number + 1}"')
    versions = surgery.done("notes_history", surgery.practitioner)["versions"]
    assert [(each["version"], each["plan"]) for each in versions] == [(2, "Rest and tea."), (1, "Rest.")]
    assert {each["savedBy"] for each in versions} == {surgery.booking()["practitionerId"]}


def test_who_has_not_read_the_latest_changes_nothing(surgery: Surgery) -> None:
    """412 with the version that stands; 428 for who does not say what they have read."""
    write(surgery, '"0"', plan="Mine.")
    odd = ('"100000"', f'"{"9" * 5000}"', '"-1"', '"one"', '"01"', '""', 'W/"0"', '"0", "7"', '"7" , W/"x"')
    for seen in ('"0"', '"7"', "0", "100000", "9" * 5000, *odd):
        answer = write(surgery, seen, plan="Another's.")
        refusal(answer, 412, "precondition-failed")
        assert answer.headers["etag"] == '"1"'
    refusal(write(surgery, None, plan="Another's."), 428, "precondition-required")
    for seen in ("*", "one", "-1", '"1', "W/1", '"1" "1"', '"1",', "", ","):
        refusal(write(surgery, seen, plan="Another's."), 422, "invalid-request")
    assert surgery.done("notes", surgery.practitioner)["plan"] == "Mine."


@pytest.mark.parametrize("seen", ['W/"1"', '"7", "1"', '"x",W/"1"', "1"])
def test_a_version_may_be_named_among_others_or_by_a_proxy(surgery: Surgery, seen: str) -> None:
    """A list holds for any of its tags, and compression on the way weakens them; said twice, it is one version."""
    write(surgery, '"0"', plan="Mine.")
    for _ in range(2):
        answer = write(surgery, seen, plan="Mine, later.")
        assert (answer.status, answer.headers["etag"]) == (200, '"2"')


def test_notes_may_not_be_changed_for_ever(surgery: Surgery, monkeypatch: pytest.MonkeyPatch) -> None:
    """429 to who has read the last version, 412 to anybody else; no alarm for either."""
    monkeypatch.setattr(notes, "_MAX_VERSIONS", 2)
    for number in range(2):
        assert write(surgery, f'"{number}"', plan=f"{number}").status == 200
    refusal(write(surgery, '"2"', plan="2"), 429, "too-many-requests")
    refusal(write(surgery, '"3"', plan="2"), 412, "precondition-failed")
    assert surgery.done("notes", surgery.practitioner)["plan"] == "1"


def test_the_same_again_is_no_new_version(surgery: Surgery) -> None:
    """The answer to the first may have been lost."""
    for _ in range(2):
        answer = write(surgery, '"0"', plan="Rest.")
        assert (answer.status, answer.headers.get("etag")) == (200, '"1"')
    assert len(surgery.done("notes_history", surgery.practitioner)["versions"]) == 1


def test_of_many_at_once_one_writes(surgery: Surgery) -> None:
    """All others are told."""
    wiring = surgery.clinic.wiring
    who = wiring.identity.authenticator.signed_in(f"Bearer {surgery.practitioner}", wiring.now_ms())

    def save(number: int) -> bool:
        request = NotesRequest(chief_complaint="", observations="", assessment="", plan=f"{number}")
        try:
            wiring.visits.notes.save(who, surgery.visit_id, request, '"0"', wiring.now_ms())
        except PreconditionFailedError:
            return False
        return True

    with ThreadPoolExecutor(5) as pool:
        assert sorted(pool.map(save, range(5))) == [False] * 4 + [True]


@pytest.mark.parametrize("texts", [{"plan": "x" * 10_001}, {"plan": None}, {"plan": 1}])
def test_notes_that_cannot_be(surgery: Surgery, texts: dict[str, Any]) -> None:
    """They are refused without a word of what was in them."""
    answer = write(surgery, '"0"', **texts)
    refusal(answer, 422, "invalid-request")
    assert [fault["field"] for fault in answer.json["errors"]] == ["plan"]
    assert "xxx" not in answer.text


def test_notes_pasted_from_word_are_cleaned(surgery: Surgery) -> None:
    """Its vertical tab is a line break, and what cannot be seen is gone; saved again, they are the same notes."""
    saved = write(surgery, '"0"', plan="Rest.\x0bDrink.\u2028Call \u202d021 555 0147\u202c.\x00 ")
    assert saved.json["plan"] == "Rest.\nDrink.\nCall 021 555 0147."
    assert write(surgery, '"0"', plan=saved.json["plan"]).headers["etag"] == saved.headers["etag"]


def test_long_notes_are_kept_whole(surgery: Surgery) -> None:
    """Ten thousand characters in each of the four, or fewer of any script."""
    for number, text in enumerate(("x" * 10_000, "\U0001f9ea" * 1000)):
        texts = dict.fromkeys(EMPTY, text)
        assert write(surgery, f'"{number}"', **texts).status == 200
        assert surgery.done("notes", surgery.practitioner) == texts


@pytest.mark.parametrize("sign", ["ü", "न", "💉", '"'])
def test_the_longest_notes_are_taken_in_any_script(
    surgery: Surgery, monkeypatch: pytest.MonkeyPatch, sign: str
) -> None:
    """Ten thousand characters each, whatever bytes they take; of their versions as many are shown as fit an answer."""
    texts = dict.fromkeys(("chiefComplaint", "observations", "assessment", "plan"), sign * 10_000)
    for number in range(3):
        answer = surgery.write_notes({**texts, "plan": sign * (10_000 - number)}, f'"{number}"')
        assert (answer.status, answer.headers.get("etag")) == (200, f'"{number + 1}"')
    monkeypatch.setattr(notes, "_SHOWN_BYTES", 2 * 40_000 * len(sign.encode()))
    shown = surgery.done("notes_history", surgery.practitioner)["versions"]
    assert [version["version"] for version in shown] == [3, 2]
    assert surgery.write_notes({**texts, "plan": sign * 10_001}, '"3"').status == 422
