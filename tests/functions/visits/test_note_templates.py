"""Templates for notes: a clinician's own, in one facility."""

from typing import Any

from tests.functions.clinic import Answer, refusal
from tests.functions.surgery import Surgery

RASH = {"name": "Rash", "chiefComplaint": "", "observations": "Site:\nSize:", "assessment": "", "plan": ""}


def replace(surgery: Surgery, seen: str | None, *templates: Any, token: str = "") -> Answer:
    return surgery.clinic.call(
        "visits_replace_note_templates",
        {"templates": list(templates)},
        token=token or surgery.practitioner,
        headers={"if-match": seen},
    )


def read(surgery: Surgery, token: str = "") -> Answer:
    return surgery.clinic.call("visits_note_templates", token=token or surgery.practitioner)


def test_templates_are_replaced_upon_what_was_read(surgery: Surgery) -> None:
    """All at once and in their order; what is repeated after a lost answer changes nothing."""
    answer = read(surgery)
    assert (answer.json, answer.headers["etag"]) == ({"templates": []}, '"0"')
    other = {"name": "  Follow\tup ", "plan": "See again."}
    for _ in range(2):
        answer = replace(surgery, '"0"', other, RASH)
        assert (answer.status, answer.headers["etag"]) == (200, '"1"')
    assert [each["name"] for each in read(surgery).json["templates"]] == ["Follow up", "Rash"]
    refusal(replace(surgery, '"0"', RASH), 412, "precondition-failed")
    refusal(replace(surgery, None, RASH), 428, "precondition-required")
    assert replace(surgery, '"1"', RASH).json == {"templates": [RASH]}
    assert replace(surgery, '"2"').json == {"templates": []}


def test_templates_are_limited(surgery: Surgery) -> None:
    """In number and length, and each has a name that no other has."""
    numbered = [RASH | {"name": f"Template {number}"} for number in range(31)]
    for templates in (
        numbered,
        [RASH | {"name": " "}],
        [RASH | {"plan": "x" * 2_001}],
        [RASH, RASH | {"name": "rash"}],
    ):
        refusal(replace(surgery, '"0"', *templates), 422, "invalid-request")
    long = [RASH | {"name": f"{number}", "plan": "\U0001f9ea" * 2_000} for number in range(30)]
    refusal(replace(surgery, '"0"', *long), 413, "body-too-large")
    assert replace(surgery, '"0"', *numbered[:30]).status == 200


def test_nobody_else_has_them(surgery: Surgery) -> None:
    """Not a colleague, and not the same person in another facility."""
    assert replace(surgery, '"0"', RASH).status == 200
    colleague = surgery.clinic.member("FAC001", ("clinician",), phone=surgery.clinic.number("colleague"))
    assert read(surgery, colleague).json == {"templates": []}
    refusal(read(surgery, surgery.patient), 403, "forbidden")
