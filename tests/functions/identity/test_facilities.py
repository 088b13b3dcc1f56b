"""/admin/facilities: names and settings of facilities, and where they are shown."""

from typing import Any

import pytest

from bedside.adapters.aws.dynamodb import Table
from bedside.identity import facility_cache
from tests.conftest import IDENTITY
from tests.functions.clinic import Answer, Clinic, refusal

SETTINGS = {"name": "Kauri Street Hospital", "country": "NZ", "timeZone": "Pacific/Auckland"}
NHI = {"system": "nhi", "label": "NHI", "required": False}
POLICY = {"freeUntilHours": 24, "lateRefundPercent": 0}
FACILITY = {
    "facilityId": "FAC001",
    **SETTINGS,
    "identifier": NHI,
    "photoRetentionDays": 1,
    "committedPhotoDays": 30,
    "bookingPolicy": POLICY,
    "feePercent": None,
}
REFUNDS = "refund in full until 24 h before, then 0 %"
AUDITED = f"NZ, Pacific/Auckland, NHI (nhi, optional), photos 1 d, committed 30 d, {REFUNDS}, usual fee"
PHONE = "+64215550188"


def admin(clinic: Clinic, facility: str = "FAC001") -> str:
    return clinic.member(facility, ("facilityAdmin",))


def system_admin(clinic: Clinic) -> str:
    return clinic.member(None, ("systemAdmin",))


def save(clinic: Clinic, token: str, seen: str | None = '"0"', facility: str = "FAC001", **changes: Any) -> Answer:
    return clinic.call(
        "users_save_facility",
        SETTINGS | changes,
        token=token,
        path={"facilityId": facility},
        headers={"if-match": seen},
    )


def read(clinic: Clinic, token: str, facility: str = "FAC001") -> Answer:
    return clinic.call("users_facility", token=token, path={"facilityId": facility})


def listed(clinic: Clinic, token: str, **query: str) -> Any:
    answer = clinic.call("users_facilities", token=token, query=query)
    assert answer.status == 200, answer
    return answer.json


@pytest.mark.parametrize("call", ["users_facilities", "users_facility", "users_save_facility"])
def test_the_example_events_are_for_admins(clinic: Clinic, call: str) -> None:
    """The made-up token is refused, and a clinician too."""
    refusal(clinic.call(call), 401, "unauthorized")
    refusal(clinic.call(call, token=clinic.clinician()), 403, "forbidden")
    assert clinic.call(call, token=admin(clinic)).status == (404 if call == "users_facility" else 200)


def test_a_system_administrator_creates_facilities(clinic: Clinic) -> None:
    """Each has its settings and a version; the audit trail tells who named it and what it was called before."""
    token = system_admin(clinic)
    assert listed(clinic, token) == {"facilities": [], "cursor": None}
    refusal(read(clinic, token), 404, "facility-not-found")
    created = save(clinic, token)
    assert (created.status, created.json, created.headers["etag"]) == (200, FACILITY, '"1"')
    save(clinic, token, facility="FAC002", name="Harbour Clinic")
    assert [each["name"] for each in listed(clinic, token)["facilities"]] == ["Kauri Street Hospital", "Harbour Clinic"]
    changed = save(clinic, token, '"1"', name="Kauri Hospital")
    assert (changed.status, changed.headers["etag"]) == (200, '"2"')
    assert read(clinic, token).json == FACILITY | {"name": "Kauri Hospital"}
    told = [entry for entry in clinic.audit() if entry["whom"] == "FAC001"]
    assert [(entry["act"], entry.get("before"), entry["after"]) for entry in told] == [
        ("create-facility", None, f"Kauri Street Hospital, {AUDITED}"),
        ("change-facility", f"Kauri Street Hospital, {AUDITED}", f"Kauri Hospital, {AUDITED}"),
    ]


def test_a_facility_chooses_its_patients_number_and_how_long_photos_stay(clinic: Clinic) -> None:
    """Whoever does not name them leaves them as they are; what nobody chose is that of the country."""
    token = admin(clinic)
    assert save(clinic, token, country="GB", timeZone="Europe/London").json["identifier"]["system"] == "mrn"
    assert save(clinic, token, '"1"').json["identifier"] == NHI
    chosen: dict[str, Any] = {
        "identifier": {"system": "mrn", "label": " Kauri number ", "required": True},
        "photoRetentionDays": 30,
        "committedPhotoDays": 0,
        "bookingPolicy": {"freeUntilHours": 48, "lateRefundPercent": 50},
    }
    assert save(clinic, token, '"2"', **chosen).status == 200
    kept = save(clinic, token, '"3"', name="Kauri", country="AU", timeZone="Australia/Sydney")
    assert kept.json["identifier"] == {"system": "mrn", "label": "Kauri number", "required": True}
    assert {name: kept.json[name] for name in chosen if name != "identifier"} == {
        name: chosen[name] for name in chosen if name != "identifier"
    }
    told = [entry["after"] for entry in clinic.audit() if entry["whom"] == "FAC001"]
    refunds = "refund in full until 48 h before, then 50 %"
    days = "photos 30 d, committed 0 d"
    assert told[-1] == f"Kauri, AU, Australia/Sydney, Kauri number (mrn, required), {days}, {refunds}, usual fee"


def test_only_administrators_of_the_system_change_the_fee(clinic: Clinic) -> None:
    """A facility's administrators see it, and leave it as it is; without a word it stays, null is the usual one."""
    own, everywhere = admin(clinic), system_admin(clinic)
    refusal(save(clinic, own, feePercent=5), 403, "forbidden")
    assert save(clinic, everywhere, feePercent=0).json["feePercent"] == 0
    refusal(save(clinic, own, '"1"', feePercent=5), 403, "forbidden")
    kept = save(clinic, own, '"1"', name="Kauri", feePercent=0)
    assert (kept.status, read(clinic, own).json["feePercent"]) == (200, 0)
    assert save(clinic, own, '"2"').json["feePercent"] == 0
    assert save(clinic, everywhere, '"3"', feePercent=101).status == 422
    refusal(save(clinic, own, '"3"', feePercent=None), 403, "forbidden")
    assert save(clinic, everywhere, '"3"', feePercent=None).json["feePercent"] is None
    told = [entry["after"].rpartition(", ")[2] for entry in clinic.audit() if entry["whom"] == "FAC001"]
    assert told == [*["fee 0 %"] * 3, "usual fee"]


def test_a_facility_of_an_earlier_release_has_the_later_settings(clinic: Clinic) -> None:
    """As if they had been chosen then."""
    item = {"pk": "facility#FAC001", "kind": "facility", "version": 1, **SETTINGS}
    Table(IDENTITY).put(item, condition="attribute_not_exists(#pk)", values={})
    assert read(clinic, admin(clinic)).json == FACILITY


def test_facilities_come_in_pages(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them are found by following the cursor."""
    monkeypatch.setattr("bedside.identity.facility_repository.PAGE", 2)
    token = system_admin(clinic)
    wanted = [f"FAC00{number}" for number in range(5)]
    for facility in wanted:
        assert save(clinic, token, facility=facility).status == 200
    found: list[str] = []
    query: dict[str, str] = {}
    while True:
        page = listed(clinic, token, **query)
        found += [each["facilityId"] for each in page["facilities"]]
        if page["cursor"] is None:
            break
        query = {"cursor": page["cursor"]}
    assert found == wanted


def test_facilities_are_no_people(clinic: Clinic) -> None:
    """Nobody is listed who is a facility, and no facility who is a person."""
    token = admin(clinic)
    save(clinic, token)
    users = clinic.call("users_page", token=token, query={}).json["users"]
    assert [user["roles"] for user in users] == [["facilityAdmin"]]
    assert listed(clinic, token)["facilities"] == [FACILITY]


def test_an_administrator_has_their_own_facility(clinic: Clinic) -> None:
    """They name it and change it; another one does not exist for them, whether it is there or not."""
    save(clinic, system_admin(clinic), facility="FAC002")
    token = admin(clinic)
    assert save(clinic, token).json == FACILITY
    assert listed(clinic, token) == {"facilities": [FACILITY], "cursor": None}
    before = clinic.people()
    for other in ("FAC002", "FAC003"):
        refusal(read(clinic, token, other), 403, "forbidden")
        refusal(save(clinic, token, facility=other), 403, "forbidden")
    assert clinic.people() == before


def test_nobody_overwrites_what_they_have_not_seen(clinic: Clinic) -> None:
    """The version that was read has to be current; the answer names the one that is."""
    token = system_admin(clinic)
    refusal(save(clinic, token, None), 428, "precondition-required")
    refusal(save(clinic, token, '"1"'), 412, "precondition-failed")
    save(clinic, token)
    before = clinic.people()
    for seen in ('"0"', '"2"', '"99999999999999999999"'):
        stale = save(clinic, token, seen, name="Another")
        refusal(stale, 412, "precondition-failed")
        assert stale.headers["etag"] == '"1"'
    refusal(save(clinic, token, "*"), 422, "invalid-request")
    assert clinic.people() == before


def test_a_repeated_change_gets_the_same_answer(clinic: Clinic) -> None:
    """The answer to the first was lost; there is one version and one entry of it."""
    token = system_admin(clinic)
    first = save(clinic, token)
    before = clinic.people()
    again = save(clinic, token)
    assert (again.status, again.json, again.headers["etag"]) == (first.status, first.json, first.headers["etag"])
    assert clinic.people() == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "   "),
        ("name", "x" * 201),
        ("name", None),
        ("country", "nz"),
        ("country", "XX"),
        ("country", "NZL"),
        ("country", ""),
        ("timeZone", "Pacific/Nowhere"),
        ("timeZone", "../../etc/passwd"),
        ("timeZone", "/etc/passwd"),
        ("timeZone", "Pacific"),
        ("timeZone", ""),
        ("timeZone", "\x00"),
        ("timeZone", "x" * 65),
        ("photoRetentionDays", -1),
        ("photoRetentionDays", 31),
        ("photoRetentionDays", "1"),
        ("committedPhotoDays", 181),
        ("bookingPolicy.freeUntilHours", POLICY | {"freeUntilHours": -1}),
        ("bookingPolicy.lateRefundPercent", POLICY | {"lateRefundPercent": 101}),
        ("identifier.system", {"system": "NHI", "label": "NHI"}),
        ("identifier.label", {"system": "nhi", "label": " "}),
        ("identifier.label", {"system": "nhi", "label": "x" * 41}),
        ("identifier.required", {"system": "nhi", "label": "NHI", "required": "no"}),
    ],
)
def test_settings_have_to_make_sense(clinic: Clinic, field: str, value: object) -> None:
    """A country and a time zone that exist, and a name; the field at fault is named, and nothing is stored."""
    token = system_admin(clinic)
    before = clinic.people()
    changes: dict[str, Any] = {field.partition(".")[0]: value}
    answer = save(clinic, token, **changes)
    refusal(answer, 422, "invalid-request")
    assert [fault["field"] for fault in answer.json["errors"]] == [field]
    assert clinic.people() == before


@pytest.mark.parametrize("facility", ["a b", "..", ".", "x" * 65, "x" * 3000, "ä", "a#b"])
def test_a_code_is_an_identifier(clinic: Clinic, facility: str) -> None:
    """What other calls would refuse as a facility is refused here too."""
    refusal(save(clinic, system_admin(clinic), facility=facility), 422, "invalid-request")
    refusal(read(clinic, system_admin(clinic), facility), 404, "facility-not-found")


def test_people_are_shown_with_the_name_of_their_facility(clinic: Clinic) -> None:
    """At sign-in, in one's own entry, and in lists; a new name within a minute."""
    everywhere, token = system_admin(clinic), admin(clinic)
    assert clinic.call("auth_me", token=token).json["facilityName"] is None
    clinic.wiring.identity.facility_cache.discard("FAC001")
    save(clinic, everywhere)
    body = {"phone": PHONE, "roles": ["clinician"], "facilityId": "FAC001"}
    added = clinic.call("users_create", body, token=everywhere)
    shown = [
        added.json,
        clinic.sign_in(PHONE)["user"],
        clinic.call("auth_me", token=token).json,
        clinic.call("users_profile", token=token).json,
        *clinic.call("users_page", token=token, query={}).json["users"],
    ]
    assert {user["facilityName"] for user in shown} == {"Kauri Street Hospital"}
    assert {user["facilityTimeZone"] for user in shown} == {"Pacific/Auckland"}
    assert clinic.call("auth_me", token=everywhere).json["facilityName"] is None
    save(clinic, everywhere, '"1"', name="Kauri Hospital")
    listed_again = clinic.call("users_page", token=token, query={}).json["users"]
    assert {user["facilityName"] for user in listed_again} == {"Kauri Hospital"}


def test_another_process_knows_a_new_name_within_a_minute(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has remembered the old one until then."""
    token = admin(clinic)
    save(clinic, token)
    other = clinic.another_process(monkeypatch, "auth")
    assert clinic.call("auth_me", token=token).json["facilityName"] == "Kauri Street Hospital"
    save(clinic, token, '"1"', name="Kauri Hospital")
    assert clinic.call("auth_me", token=token).json["facilityName"] == "Kauri Street Hospital"
    assert other.stopped_ms
    other.stopped_ms += facility_cache.LIFE_MS
    assert clinic.call("auth_me", token=token).json["facilityName"] == "Kauri Hospital"


def test_a_first_administrator_is_added_by_a_national_number(clinic: Clinic) -> None:
    """With their name; the facility's country says how the number is read, in a search too."""
    everywhere = system_admin(clinic)
    body = {"phone": "021 555 0188", "displayName": " Kim Ross ", "roles": ["facilityAdmin"], "facilityId": "FAC001"}
    clinic.wiring.identity.__dict__.pop("settings", None)
    refusal(clinic.call("users_create", body, token=everywhere), 422, "invalid-request")
    save(clinic, everywhere)
    answer = clinic.call("users_create", body, token=everywhere)
    assert answer.status == 201, answer
    assert (answer.json["phone"], answer.json["displayName"]) == (PHONE, "Kim Ross")
    assert answer.json["facilityName"] == "Kauri Street Hospital"
    query = {"phone": "٠٢١ ٥٥٥ ٠١٨٨", "facilityId": "FAC001"}  # noqa: RUF001  # Arabic-Indic digits
    found = clinic.call("users_page", token=everywhere, query=query).json
    assert (found["phone"], [user["displayName"] for user in found["users"]]) == (PHONE, ["Kim Ross"])
    clinic.call("users_create", body | {"phone": "+64 21 555 0189"}, token=clinic.sign_in(PHONE)["accessToken"])
    assert clinic.person("+64215550189")
