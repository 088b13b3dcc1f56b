"""Notes on a visit: nothing that somebody wrote is ever lost."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bedside.kernel.errors import PreconditionFailedError
from bedside.kernel.instants import iso
from bedside.visits.notes import model, repository
from bedside.visits.notes.service import NotesRequest
from tests.functions.clinic import Answer, refusal
from tests.functions.surgery import MINUTE, Surgery

EMPTY = {"chiefComplaint": "", "observations": "", "assessment": "", "plan": ""}
UNSIGNED: dict[str, Any] = {"signedAt": None, "signedBy": None, "addenda": []}


def write(surgery: Surgery, seen: str | None, **texts: Any) -> Answer:
    return surgery.write_notes({**EMPTY, **texts}, seen)


def test_nothing_was_written_yet(surgery: Surgery) -> None:
    """Four empty texts, at version 0, and no history."""
    answer = surgery.ask("notes", surgery.practitioner)
    nothing = {**EMPTY, **UNSIGNED, "state": "none", "released": None}
    assert (answer.status, answer.json, answer.headers["etag"]) == (200, nothing, '"0"')
    nothing = {**UNSIGNED, "versions": [], "releases": []}
    assert surgery.done("notes_history", surgery.practitioner) == nothing


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
    monkeypatch.setattr(model, "MAX_VERSIONS", 2)
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
        assert surgery.done("notes", surgery.practitioner).items() >= texts.items()


@pytest.mark.parametrize("sign", ["ü", "न", "💉", '"'])
def test_the_longest_notes_are_taken_in_any_script(
    surgery: Surgery, monkeypatch: pytest.MonkeyPatch, sign: str
) -> None:
    """Ten thousand characters each, whatever bytes they take; of their versions as many are shown as fit an answer."""
    texts = dict.fromkeys(("chiefComplaint", "observations", "assessment", "plan"), sign * 10_000)
    for number in range(3):
        answer = surgery.write_notes({**texts, "plan": sign * (10_000 - number)}, f'"{number}"')
        assert (answer.status, answer.headers.get("etag")) == (200, f'"{number + 1}"')
    monkeypatch.setattr(repository, "_SHOWN_BYTES", 2 * 40_000 * len(sign.encode()))
    shown = surgery.done("notes_history", surgery.practitioner)["versions"]
    assert [version["version"] for version in shown] == [3, 2]
    assert surgery.write_notes({**texts, "plan": sign * 10_001}, '"3"').status == 422


def finished(surgery: Surgery) -> None:
    """Write two versions, and end the visit."""
    for number, plan in enumerate(("Rest.", "Rest and tea.")):
        assert write(surgery, f'"{number}"', plan=plan).status == 200
    for token in (surgery.patient, surgery.practitioner):
        surgery.join(token)
    surgery.done("end", surgery.practitioner, {})


def sign(surgery: Surgery, seen: str | None = '"2"') -> Answer:
    return surgery.ask("sign_notes", surgery.practitioner, {}, headers={"if-match": seen})


def add(surgery: Surgery, seen: str | None, text: str) -> Answer:
    return surgery.ask("add_to_notes", surgery.practitioner, {"text": text}, headers={"if-match": seen})


def release(surgery: Surgery, seen: str | None) -> Answer:
    return surgery.ask("release_notes", surgery.practitioner, {}, headers={"if-match": seen})


def listed(surgery: Surgery, token: str) -> str:
    """Give what the list of visits says about the notes."""
    [visit] = surgery.clinic.call("visits_page", token=token, query={"view": "all"}).json["visits"]
    assert surgery.look(token)["notesState"] == visit["notesState"]
    return str(visit["notesState"])


def test_a_patient_is_not_told_of_notes_before_their_release(surgery: Surgery) -> None:
    """Neither in lists nor in what the calls about the visit itself answer; the practitioner is."""
    assert write(surgery, '"0"', plan="Rest.").status == 200
    joined = surgery.done("join", surgery.patient, {})["visit"]
    surgery.join(surgery.practitioner)
    answers = [joined, surgery.done("audio_only", surgery.patient, {"reason": "camera"})]
    assert {answer["notesState"] for answer in answers} == {"none"}
    assert surgery.done("audio_only", surgery.practitioner, {"reason": "camera"})["notesState"] == "draft"
    assert surgery.done("end", surgery.practitioner, {})["notesState"] == "draft"


def test_signed_notes_are_locked(surgery: Surgery) -> None:
    """Who signed and when; nobody saves anything any more, whatever they have read."""
    finished(surgery)
    refusal(sign(surgery, None), 428, "precondition-required")
    refusal(sign(surgery, '"1"'), 412, "precondition-failed")
    for _ in range(2):  # the answer to the first may have been lost
        answer = sign(surgery)
        assert (answer.status, answer.headers["etag"], answer.json["state"]) == (200, '"3"', "signed"), answer
    signer = {"userId": surgery.booking()["practitionerId"], "name": surgery.look()["practitionerName"]}
    assert (answer.json["signedBy"], answer.json["plan"]) == (signer, "Rest and tea.")
    for seen in ('"1"', '"2"', '"3"'):
        refusal(write(surgery, seen, plan="Other."), 409, "notes-signed")
    refusal(sign(surgery, '"3"'), 409, "notes-signed")
    history = surgery.done("notes_history", surgery.practitioner)
    assert [each["plan"] for each in history["versions"]] == ["Rest and tea.", "Rest."]
    assert (history["signedAt"], history["signedBy"]) == (answer.json["signedAt"], signer)


def test_notes_are_signed_when_there_is_something_to_sign(surgery: Surgery) -> None:
    """After the visit, and not without a word in them; what is not signed is neither extended nor released."""
    assert write(surgery, '"0"', plan="Rest.").status == 200
    refusal(sign(surgery, '"1"'), 409, "not-finished")
    surgery.done("cancel", surgery.practitioner, {})
    refusal(add(surgery, '"1"', "More."), 409, "notes-not-signed")
    refusal(release(surgery, '"1"'), 409, "notes-not-signed")
    assert write(surgery, '"1"').status == 200
    refusal(sign(surgery), 409, "notes-empty")


def test_signed_notes_are_extended_by_addenda(surgery: Surgery) -> None:
    """Each with its time and author, in order, and each once; the last of too many is refused."""
    finished(surgery)
    assert sign(surgery).status == 200
    surgery.at(60 * MINUTE)
    for _ in range(2):
        answer = add(surgery, '"3"', " The swab was negative.\n")
        assert (answer.status, answer.headers["etag"]) == (200, '"4"')
    [addendum] = answer.json["addenda"]
    assert (addendum["text"], addendum["at"]) == ("The swab was negative.", iso(surgery.now))
    assert addendum["by"]["userId"] == surgery.booking()["practitionerId"]
    refusal(add(surgery, '"3"', "Another."), 412, "precondition-failed")
    for text in ("", "  \n", "x" * (model.ADDENDUM_LENGTH + 1)):
        refusal(add(surgery, '"4"', text), 422, "invalid-request")
    for number in range(1, model.MAX_ADDENDA):
        assert add(surgery, f'"{number + 3}"', "\U0001f9ea" * model.ADDENDUM_LENGTH).status == 200
    refusal(add(surgery, f'"{model.MAX_ADDENDA + 3}"', "One more."), 409, "too-many-addenda")
    assert surgery.done("notes_history", surgery.practitioner)["addenda"][0] == addendum


def test_the_patient_has_a_copy_of_what_was_released(surgery: Surgery) -> None:
    """Nothing before; no addendum that was written later, until that is released too."""
    finished(surgery)

    def copy() -> Answer:
        return surgery.ask("notes_copy", surgery.patient)

    refusal(copy(), 404, "notes-copy-not-found")
    assert sign(surgery).status == 200
    refusal(copy(), 404, "notes-copy-not-found")
    for _ in range(2):
        answer = release(surgery, '"3"')
        assert (answer.status, answer.headers["etag"], answer.json["state"]) == (200, '"4"', "released")
    assert release(surgery, '"4"').headers["etag"] == '"4"'
    assert add(surgery, '"4"', "Healed.").json["released"]["addenda"] == 0
    assert (copy().json["plan"], copy().json["addenda"]) == ("Rest and tea.", [])
    assert release(surgery, '"5"').json["released"]["addenda"] == 1
    assert [each["text"] for each in copy().json["addenda"]] == ["Healed."]
    assert len(surgery.done("notes_history", surgery.practitioner)["releases"]) == 2
    refusal(surgery.ask("notes_copy", surgery.practitioner), 403, "forbidden")


def test_lists_say_how_far_the_notes_are(surgery: Surgery) -> None:
    """To the facility; the patient is told only what is released to them."""
    seen = []

    def look() -> None:
        seen.append((listed(surgery, surgery.practitioner), listed(surgery, surgery.patient)))

    look()
    finished(surgery)
    look()
    assert sign(surgery).status == 200
    look()
    assert release(surgery, '"3"').status == 200
    look()
    assert seen == [("none", "none"), ("draft", "none"), ("signed", "none"), ("released", "released")]


def test_notes_of_an_earlier_release_can_be_signed(surgery: Surgery) -> None:
    """Neither they nor their visit said anything of signatures."""
    finished(surgery)
    table = surgery.clinic.wiring.visits.table
    table.update(f"notes#{surgery.visit_id}", "REMOVE #savedVersion", condition="attribute_exists(#pk)", values={})
    table.update(surgery.visit_id, "REMOVE #notesState", condition="attribute_exists(#pk)", values={})
    assert sign(surgery).status == 200
    assert add(surgery, '"3"', "Healed.").status == 200
    assert len(surgery.done("notes_history", surgery.practitioner)["versions"]) == 2
    assert listed(surgery, surgery.practitioner) == "signed"


def test_what_happens_to_notes_is_told_without_a_word_of_them(surgery: Surgery) -> None:
    """The encounter's timeline has who did what when."""
    finished(surgery)
    sign(surgery)
    add(surgery, '"3"', "Healed.")
    release(surgery, '"4"')
    surgery.clinic.append()
    told = surgery.clinic.call(
        "encounters_look", token=surgery.practitioner, path={"encounterId": surgery.visit_id}
    ).json["timeline"]
    notes = [each for each in told if each["kind"].startswith("notes-")]
    assert [(each["kind"], each["version"]) for each in notes] == [
        ("notes-saved", 1),
        ("notes-saved", 2),
        ("notes-signed", 3),
        ("notes-addendum", 4),
        ("notes-released", 5),
    ]
    assert {each["actor"]["userId"] for each in notes} == {surgery.booking()["practitionerId"]}
    assert "Healed" not in str(told)
    assert "Rest" not in str(told)
