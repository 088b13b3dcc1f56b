"""/patients: the directory of a facility's patients, as its clinicians and administrators use it."""

import itertools
from typing import Any

import pytest

from bedside.identity.wiring import IdentityWiring
from tests.conftest import PATIENTS, client
from tests.functions.clinic import Answer, Clinic, refusal

MERE = {
    "name": " Mere  Pāki-Ngāta ",
    "dateOfBirth": "1984-03-07",
    "sex": "female",
    "phone": "021 555 0164",
    "identifiers": [{"system": "nhi", "value": "zzz 0016"}],
    "externalId": "PAT-7",
}
KNOWN = {
    **MERE,
    "name": "Mere Pāki-Ngāta",
    "phone": "+64215550164",
    "identifiers": [{"system": "nhi", "value": "ZZZ0016"}],
}
KEYS = map("key-{}".format, itertools.count())


@pytest.fixture(autouse=True)
def in_new_zealand(clinic: Clinic) -> None:
    """The facility's settings say how its people write numbers."""
    settings = {"name": "Kauri Street Hospital", "country": "NZ", "timeZone": "Pacific/Auckland"}
    admin = clinic.member(clinic.facility, ("facilityAdmin",))
    clinic.call("users_save_facility", settings, token=admin, path={"facilityId": clinic.facility})


def add(clinic: Clinic, body: Any = None, *, token: str = "", key: str | None = None, **changes: Any) -> Answer:
    headers = {"idempotency-key": key}
    return clinic.call(
        "patients_create", {**(body or MERE), **changes}, token=token or clinic.clinician(), headers=headers
    )


def added(clinic: Clinic, body: Any = None, **changes: Any) -> str:
    answer = add(clinic, body, **changes)
    assert answer.status == 201, answer
    return str(answer.json["patientId"])


def look(clinic: Clinic, patient_id: str, token: str = "") -> Answer:
    return clinic.call("patients_look", token=token or clinic.clinician(), path={"patientId": patient_id})


def change(clinic: Clinic, patient_id: str, body: Any, seen: str | None = '"1"') -> Answer:
    path = {"patientId": patient_id}
    return clinic.call("patients_change", body, token=clinic.clinician(), path=path, headers={"if-match": seen})


def tie(clinic: Clinic, patient_id: str, seen: str | None = '"1"', call: str = "patients_tie") -> Answer:
    path = {"patientId": patient_id}
    return clinic.call(call, token=clinic.clinician(), path=path, headers={"if-match": seen})


def found(clinic: Clinic, typed: str, token: str = "") -> list[str]:
    """Give the names of those who are found."""
    answer = clinic.call("patients_page", token=token or clinic.clinician(), query={"q": typed})
    assert answer.status == 200, answer
    return [patient["name"] for patient in answer.json["patients"]]


def everything() -> Any:
    return sorted(client("dynamodb").scan(TableName=PATIENTS)["Items"], key=str)


def test_a_patient_is_added_read_and_found(clinic: Clinic) -> None:
    """Text is cleaned, the number is read as dialled in the country, and the NHI number is in capitals."""
    answer = add(clinic)
    assert answer.status == 201
    told = dict(answer.json)
    patient_id = told.pop("patientId")
    assert told.pop("createdAt") == told.pop("updatedAt")
    assert told == KNOWN
    read = look(clinic, patient_id)
    kind = {"system": "nhi", "label": "NHI", "required": False}
    assert (read.status, read.headers["etag"]) == (200, '"1"')
    assert read.json == {**answer.json, "identifierKind": kind}
    for typed in ("mere", "NGATA me", "ngāta paki", "zzz0016", "021 555 0164", "0164", "7/3/1984", "1984 mere", ""):
        assert found(clinic, typed) == ["Mere Pāki-Ngāta"], typed
    for typed in ("mere x", "zzz0024", "0165", "8/3/1984"):
        assert found(clinic, typed) == [], typed
    page = clinic.call("patients_page", token=clinic.clinician(), query={}).json
    assert page["identifier"] == kind


def test_staff_of_one_facility_know_its_patients(clinic: Clinic) -> None:
    """Administrators too; another facility has patients of its own, with the same numbers."""
    patient_id = added(clinic)
    admin = clinic.member(clinic.facility, ("facilityAdmin",))
    assert look(clinic, patient_id, admin).status == 200
    other = clinic.clinician("FAC002")
    refusal(look(clinic, patient_id, other), 404, "patient-not-found")
    assert found(clinic, "mere", other) == []
    assert add(clinic, token=other, phone="+64 21 555 0164").status == 201
    assert found(clinic, "mere") == ["Mere Pāki-Ngāta"]
    refusal(add(clinic, token=clinic.member(None, ("systemAdmin",))), 403, "forbidden")
    refusal(add(clinic, token=clinic.member(clinic.facility, ("patient",))), 403, "forbidden")
    refusal(
        add(clinic, token=clinic.member(clinic.facility, ("clinician",), verification="pending")), 403, "not-verified"
    )
    for patient in ("x", "x" * 3000, "a#b", "..", "ä"):
        refusal(look(clinic, patient), 404, "patient-not-found")


@pytest.mark.parametrize("call", ["create", "page", "look", "change", "tie", "untie"])
def test_the_example_events_are_for_people_who_signed_in(clinic: Clinic, call: str) -> None:
    """The made-up token is refused."""
    refusal(clinic.call(f"patients_{call}"), 401, "unauthorized")


def test_a_number_is_one_patients(clinic: Clinic) -> None:
    """However it is spelt; the answer says whose it is, and nothing is stored."""
    first = added(clinic)
    second = added(clinic, {"name": "Tama"})
    before = everything()
    taken: list[tuple[str, dict[str, Any]]] = [
        ("identifiers", {"identifiers": [{"system": "nhi", "value": "ZZZ-0016"}]}),
        ("externalId", {"externalId": "PAT-7"}),
    ]
    for field, body in taken:
        for answer in (add(clinic, {"name": "Another", **body}), change(clinic, second, body)):
            refusal(answer, 409, "duplicate-identifier")
            told = answer.json
            assert (told["field"], told["patientId"], told["name"]) == (field, first, "Mere Pāki-Ngāta")
    assert everything() == before
    change(clinic, first, {"identifiers": [], "externalId": None})
    assert change(clinic, second, {"identifiers": KNOWN["identifiers"], "externalId": "PAT-7"}).status == 200


def test_a_repeated_request_adds_nobody_again(clinic: Clinic) -> None:
    """With the same key the answer is that of the first, even if it was not kept."""
    key = next(KEYS)
    first = add(clinic, key=key)
    before = everything()
    assert add(clinic, key=key).json == first.json
    for item in client("dynamodb").scan(TableName="bedside-idempotency-test")["Items"]:
        client("dynamodb").delete_item(TableName="bedside-idempotency-test", Key={"id": item["id"]})
    assert add(clinic, key=key).json == first.json
    assert everything() == before
    refusal(add(clinic, key=key, name="Another"), 422, "idempotency-key-reused")


def test_only_what_is_named_changes(clinic: Clinic) -> None:
    """Null removes what is known, and the index follows."""
    patient_id = added(clinic)
    changed = change(clinic, patient_id, {"name": "Mere Tāmaki", "sex": None, "phone": None})
    assert (changed.status, changed.headers["etag"]) == (200, '"2"')
    told = changed.json
    assert {name: told.get(name) for name in KNOWN} == {**KNOWN, "name": "Mere Tāmaki", "sex": None, "phone": None}
    assert "sex" not in told
    assert (found(clinic, "ngata"), found(clinic, "0164")) == ([], [])
    assert found(clinic, "tamaki 1984") == ["Mere Tāmaki"]
    refusal(change(clinic, patient_id, {"name": None}, '"2"'), 422, "invalid-request")


def test_nobody_overwrites_what_they_have_not_seen(clinic: Clinic) -> None:
    """A repeated change gets the same answer; another of a version that is gone is refused with the current one."""
    patient_id = added(clinic)
    refusal(change(clinic, patient_id, {"name": "X"}, None), 428, "precondition-required")
    refusal(change(clinic, patient_id, {"name": "X"}, '"2"'), 412, "precondition-failed")
    first = change(clinic, patient_id, {"name": "Mere"})
    before = everything()
    again = change(clinic, patient_id, {"name": "Mere"})
    assert (again.status, again.json, again.headers["etag"]) == (200, first.json, '"2"')
    stale = change(clinic, patient_id, {"name": "Other"})
    refusal(stale, 412, "precondition-failed")
    assert stale.headers["etag"] == '"2"'
    assert everything() == before


@pytest.mark.parametrize(
    ("field", "body"),
    [
        ("name", {"name": " "}),
        ("name", {"name": "x" * 201}),
        ("name", {"name": None}),
        ("dateOfBirth", {"dateOfBirth": "7/3/1984"}),
        ("dateOfBirth", {"dateOfBirth": "1984-02-30"}),
        ("dateOfBirth", {"dateOfBirth": "19840307"}),
        ("dateOfBirth", {"dateOfBirth": "1723-01-01"}),
        ("dateOfBirth", {"dateOfBirth": "2999-01-01"}),
        ("sex", {"sex": "F"}),
        ("phone", {"phone": "12"}),
        ("phone", {"phone": 7}),
        ("identifiers.0.value", {"identifiers": [{"system": "nhi", "value": "ZZZ0017"}]}),
        ("identifiers.0.value", {"identifiers": [{"system": "mrn", "value": "--"}]}),
        ("identifiers.0.system", {"identifiers": [{"system": "N#I", "value": "1"}]}),
        ("identifiers.1.system", {"identifiers": [{"system": "mrn", "value": "1"}, {"system": "mrn", "value": "2"}]}),
        ("identifiers", {"identifiers": [{"system": f"s{n}", "value": "1"} for n in range(5)]}),
        ("externalId", {"externalId": "a b"}),
    ],
)
def test_facts_have_to_make_sense(clinic: Clinic, field: str, body: dict[str, Any]) -> None:
    """The field at fault is named, nothing is repeated, and nothing is stored."""
    patient_id = added(clinic, {"name": "Tama"})
    before = everything()
    for answer in (add(clinic, {"name": "Mere", **body}), change(clinic, patient_id, body)):
        refusal(answer, 422, "invalid-request")
        assert [fault["field"] for fault in answer.json["errors"]] == [field]
    assert everything() == before


def test_a_facility_may_require_its_number(clinic: Clinic) -> None:
    """Nobody is added without one, and nobody loses theirs."""
    settings = {
        "name": "Kauri Street Hospital",
        "country": "NZ",
        "timeZone": "Pacific/Auckland",
        "identifier": {"system": "mrn", "label": "Kauri number", "required": True},
    }
    admin = clinic.member(clinic.facility, ("facilityAdmin",))
    path = {"facilityId": clinic.facility}
    clinic.call("users_save_facility", settings, token=admin, path=path, headers={"if-match": '"1"'})
    clinic.wiring.identity.facility_cache.discard(clinic.facility)
    answer = add(clinic)
    refusal(answer, 422, "invalid-request")
    assert answer.json["errors"] == [{"field": "identifiers", "message": "Kauri number is needed.", "code": "missing"}]
    patient_id = added(clinic, {"name": "Tama", "identifiers": [{"system": "mrn", "value": "K 12-7"}]})
    assert found(clinic, "k127") == found(clinic, "12") == ["Tama"]
    refusal(change(clinic, patient_id, {"identifiers": []}), 422, "invalid-request")


def test_a_patient_is_tied_to_whoever_signs_in_with_the_phone(clinic: Clinic) -> None:
    """A patient of the facility, and of one record only; untied, the person is free for another."""
    patient_id = added(clinic)
    refusal(tie(clinic, patient_id), 404, "user-not-found")
    clinic.member("FAC002", ("patient",), phone="+64215550164")
    refusal(tie(clinic, patient_id), 404, "user-not-found")
    clinic.member(clinic.facility, ("patient",), phone="+64215550164")
    refusal(tie(clinic, patient_id, None), 428, "precondition-required")
    tied = tie(clinic, patient_id)
    assert (tied.status, tied.json["userId"], tied.headers["etag"]) == (200, clinic.user_id("+64215550164"), '"2"')
    assert tie(clinic, patient_id).json == tied.json
    child = added(clinic, {"name": "Tama", "phone": "+64 21 555 0164"})
    refusal(tie(clinic, child), 409, "duplicate-identifier")
    assert "userId" not in tie(clinic, patient_id, '"2"', "patients_untie").json
    assert tie(clinic, child).status == 200
    refusal(tie(clinic, added(clinic, {"name": "Nobody"})), 422, "invalid-request")


@pytest.mark.parametrize("phone", ["+64215550165", None])
def test_a_tie_ends_with_the_phone_number(clinic: Clinic, phone: str | None) -> None:
    """Whoever signs in with the old number no longer does so for the patient, and is free for another."""
    patient_id = added(clinic)
    clinic.member(clinic.facility, ("patient",), phone="+64215550164")
    tied = tie(clinic, patient_id).json
    kept = change(clinic, patient_id, {"name": "Mere Tāmaki", "phone": "021 555 0164"}, '"2"')
    assert kept.json["userId"] == tied["userId"]
    ended = change(clinic, patient_id, {"phone": phone}, '"3"')
    assert (ended.status, ended.json.get("userId"), ended.json.get("phone")) == (200, None, phone)
    assert change(clinic, patient_id, {"phone": phone}, '"3"').json == ended.json
    refusal(tie(clinic, patient_id, '"4"'), *((404, "user-not-found") if phone else (422, "invalid-request")))
    assert tie(clinic, added(clinic, {"name": "Tama", "phone": "+64 21 555 0164"})).status == 200


def test_pages_follow_one_another(clinic: Clinic) -> None:
    """By name; a cursor of another search is refused, and one that is none."""
    names = [f"Ann {chr(97 + number // 5)}{number:02}" for number in range(45)]
    for name in names:
        added(clinic, {"name": name})
    seen: list[str] = []
    query = {"q": "ann"}
    while True:
        page = clinic.call("patients_page", token=clinic.clinician(), query=query).json
        seen += [patient["name"] for patient in page["patients"]]
        if page["cursor"] is None:
            break
        query = {"q": "ann", "cursor": page["cursor"]}
    assert sorted(seen) == names
    clinic.call_anew()
    first = clinic.call("patients_page", token=clinic.clinician(), query={"q": "ann"}).json["cursor"]
    for text in ({"q": "bob", "cursor": first}, {"cursor": "x"}, {"cursor": "WzEsMl0="}, {"q": "x" * 201}):
        refusal(clinic.call("patients_page", token=clinic.clinician(), query=text), 422, "invalid-request")


def test_long_names_are_found_and_listed_in_any_script(clinic: Clinic) -> None:
    """By the whole of a long word too; and the cursor after a long name leads on."""
    names = [f"{'ж' * 70} {'щ' * 70} {'ю' * 50} {number:02}" for number in range(21)]
    for name in names:
        added(clinic, {"name": name})
    for typed in ("", "ж" * 61):
        first = clinic.call("patients_page", token=clinic.clinician(), query={"q": typed}).json
        query = {"q": typed, "cursor": first["cursor"]}
        rest = clinic.call("patients_page", token=clinic.clinician(), query=query)
        assert rest.status == 200, rest
        assert sorted(each["name"] for page in (first, rest.json) for each in page["patients"]) == names
        clinic.call_anew()


def test_the_directory_needs_no_redis_beyond_its_limit(clinic: Clinic) -> None:
    """Its parts are those of the manifest: a wiring that other domains share."""
    assert isinstance(clinic.wiring.patients.identity, IdentityWiring)
    assert clinic.wiring.patients.directory is clinic.wiring.patients.directory
