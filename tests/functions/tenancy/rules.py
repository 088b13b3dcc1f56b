"""Who may make each call, and what everybody else is told. A call that is missing here fails the suite."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from tests.e2e.people import Caller, new_number
from tests.functions.clinic import PREVIEW
from tests.functions.tenancy.estate import FACILITY, NOTES, PEOPLE, PHONES, Appointment, Estate
from tests.functions.tenancy.inventory import FORGED

type Check = Callable[[Estate, Caller, httpx.Response], bool]


def _anything(_estate: Estate, _caller: Caller, _answer: httpx.Response) -> bool:
    return True


@dataclass(frozen=True)
class Answer:
    """What a caller gets: a status, and a problem's slug or what must hold of the answer.

    Only where `may_change` may anything be different afterwards, and then only what is the caller's own.
    """

    status: int
    slug: str = ""
    check: Check = _anything
    may_change: bool = False

    def __str__(self) -> str:
        return f"{self.status} {self.slug or ('changes' if self.may_change else '')}".strip()


@dataclass(frozen=True)
class Ask:
    """A request that the owner of an estate could make."""

    path: str
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Rule:
    """How the call is made so that it would succeed for its owner, and what each caller gets. None: not asked."""

    ask: Callable[[Estate], Ask]
    answers: Mapping[str, Answer | None]


UNAUTHORIZED: Final = Answer(401, "unauthorized")
FORBIDDEN: Final = Answer(403, "forbidden")
NOT_VERIFIED: Final = Answer(403, "not-verified")
WRONG_ENCOUNTER: Final = Answer(403, "wrong-encounter")
NO_ENCOUNTER: Final = Answer(404, "encounter-not-found")
NO_SESSION: Final = Answer(404, "session-not-found")
NO_USER: Final = Answer(404, "user-not-found")
NO_PATIENT: Final = Answer(404, "patient-not-found")
NO_BOOKING: Final = Answer(404, "booking-not-found")
NO_PACK: Final = Answer(404, "pack-not-found")
WRONG_STATE: Final = Answer(409, "wrong-state")
NO_TRANSFER: Final = Answer(404, "transfer-not-found")
NO_PLAN: Final = Answer(404, "plan-not-found")
NO_DOSE: Final = Answer(404, "dose-not-found")
NO_SERVICE: Final = Answer(404, "service-not-found")
NO_VISIT: Final = Answer(404, "visit-not-found")
# Nobody has connected either facility to a record.
NO_TARGET: Final = Answer(409, "no-record-target")
LAUNCH_REFUSED: Final = Answer(403, "launch-refused")
NO_COMMIT: Final = Answer(404, "commit-not-found")
INVALID: Final = Answer(422, "invalid-request")


def _no_session(_estate: Estate, _caller: Caller, answer: httpx.Response) -> bool:
    document: dict[str, Any] = answer.json()
    lists = [document.pop("images"), document.pop("phones")]
    return lists == [[], []] and set(document.values()) == {None}


# The one call that refuses nobody: the number of an encounter may exist in both facilities, and where the caller's own
# has no session there is none to tell of, whatever there is elsewhere.
NOTHING_THERE: Final = Answer(200, check=_no_session)


def _told_of_themselves(_estate: Estate, caller: Caller, answer: httpx.Response) -> bool:
    me = caller.call("GET", "/auth/me").json()
    told: dict[str, Any] = answer.json()
    return bool(told["userId"] == me["userId"])


def _told_of_one_facility(estate: Estate, _caller: Caller, answer: httpx.Response) -> bool:
    users = answer.json()["users"]
    return {user["facilityId"] for user in users} == {estate.facilities.ours}


def _told_of_our_facility(estate: Estate, _caller: Caller, answer: httpx.Response) -> bool:
    return estate.facilities.ours in {facility["facilityId"] for facility in answer.json()["facilities"]}


def _told_of_no_facility(_estate: Estate, _caller: Caller, answer: httpx.Response) -> bool:
    told: dict[str, Any] = answer.json()
    return told == {"facilities": [], "cursor": None}


def _counted_for_one_facility(estate: Estate, _caller: Caller, answer: httpx.Response) -> bool:
    told: dict[str, Any] = answer.json()
    return told["facilityId"] == estate.facilities.ours and len(told["hours"]) == 1


def _the_photo(estate: Estate, _caller: Caller, answer: httpx.Response) -> bool:
    (image,) = answer.json()["images"]
    return bool(image["s3Key"] == estate.capture.photo)


def _the_visit(estate: Estate, _caller: Caller, answer: httpx.Response) -> bool:
    told: dict[str, Any] = answer.json()
    return (told["visitId"], told["facilityId"]) == (estate.appointment.visit_id, estate.facilities.ours)


def _visits_here(estate: Estate, _caller: Caller, answer: httpx.Response) -> bool:
    told = answer.json()["visits"]
    facilities, ids = {visit["facilityId"] for visit in told}, {visit["visitId"] for visit in told}
    return facilities == {estate.facilities.ours} and estate.appointment.visit_id in ids


def _their_own_visits(estate: Estate, caller: Caller, answer: httpx.Response) -> bool:
    """Tell whether a patient sees those of theirs, and nobody else any."""
    patient = estate.facilities.people["patient"]
    told = {visit["patientId"] for visit in answer.json()["visits"]}
    return told == ({patient.user_id} if caller is patient else set())


def _visits_elsewhere(estate: Estate, _caller: Caller, answer: httpx.Response) -> bool:
    return estate.facilities.ours not in {visit["facilityId"] for visit in answer.json()["visits"]}


def _practitioners_here(estate: Estate, _caller: Caller, answer: httpx.Response) -> bool:
    told = {practitioner["userId"] for practitioner in answer.json()["practitioners"]}
    return bool(estate.appointment.booking["practitionerId"] in told)


def _practitioners_elsewhere(estate: Estate, caller: Caller, answer: httpx.Response) -> bool:
    return not _practitioners_here(estate, caller, answer)


def _their_channel(estate: Estate, caller: Caller, answer: httpx.Response) -> bool:
    """Tell whether those who work here, and only they, hear of this facility's visits."""
    works_here = caller in [estate.facilities.people[name] for name in ("clinician", "colleague", "admin")]
    return (estate.channel_of(answer.json()) == estate.channel) == works_here


def _their_inbox(estate: Estate, caller: Caller, answer: httpx.Response) -> bool:
    """Tell whether they hear of their own inbox, and as themselves."""
    return estate.reader_of(answer.json()) == str(caller.call("GET", "/auth/me").json()["userId"])


def _the_encounter(estate: Estate, _caller: Caller, answer: httpx.Response) -> bool:
    told = answer.json()
    return bool(told["encounter"]["encounterId"] == estate.encounter and told["timeline"])


def _encounters_here(estate: Estate, _caller: Caller, answer: httpx.Response) -> bool:
    return estate.encounter in {each["encounterId"] for each in answer.json()["encounters"]}


def _encounters_elsewhere(estate: Estate, caller: Caller, answer: httpx.Response) -> bool:
    return not _encounters_here(estate, caller, answer)


def _no_photos_waiting(estate: Estate, _caller: Caller, answer: httpx.Response) -> bool:
    return estate.encounter not in {each["encounterId"] for each in answer.json()["sessions"]}


def _notes(_estate: Estate, _caller: Caller, answer: httpx.Response) -> bool:
    document: dict[str, Any] = answer.json()
    return document.items() >= NOTES.items()


def _their_own_templates(estate: Estate, caller: Caller, answer: httpx.Response) -> bool:
    """Tell whether only the one who wrote the template has it."""
    told = [each["name"] for each in answer.json()["templates"]]
    return told == (["Rash"] if caller is estate.facilities.people["clinician"] else [])


OWN_TEMPLATES: Final = Answer(200, check=_their_own_templates)


def _everyone(answer: Answer | None) -> dict[str, Answer | None]:
    return dict.fromkeys((*PEOPLE, *PHONES, "nobody"), answer)


_NO_SIGN_IN: Final[dict[str, Answer | None]] = dict.fromkeys((*PHONES, "nobody"), UNAUTHORIZED)


# What no browser would send.
_NO_BROWSER: Final = {"endpoint": "https://push.example/x", "keys": {"p256dh": "AA", "auth": "AA"}}


def _clinicians(clinician: Answer, elsewhere: Answer) -> dict[str, Answer | None]:
    """Return a row for calls of verified clinicians; one of another facility gets `elsewhere`."""
    return {
        **dict.fromkeys(PEOPLE, FORBIDDEN),
        **_NO_SIGN_IN,
        "clinician": clinician,
        "colleague": clinician,
        "unverified clinician": NOT_VERIFIED,
        "other clinician": elsewhere,
    }


def _phones(phone: Answer) -> dict[str, Answer | None]:
    """Return a row for calls of a phone that has scanned a code."""
    return {**_everyone(UNAUTHORIZED), **dict.fromkeys(PHONES, WRONG_ENCOUNTER), "phone": phone}


def _admins(admin: Answer, elsewhere: Answer) -> dict[str, Answer | None]:
    """Return a row for calls of administrators; one of another facility gets `elsewhere`."""
    return {
        **dict.fromkeys(PEOPLE, FORBIDDEN),
        **_NO_SIGN_IN,
        "admin": admin,
        "system admin": admin,
        "other admin": elsewhere,
    }


def _signed_in(answer: Answer) -> dict[str, Answer | None]:
    """Return a row for calls that name nobody: they tell of whoever calls, and change nothing else."""
    return {**dict.fromkeys(PEOPLE, answer), **_NO_SIGN_IN}


def _at_the_visit(**answers: Answer) -> dict[str, Answer | None]:
    """Return a row for calls about a visit: colleagues know of it and do not take part, others are told of none."""
    there = {"clinician": FORBIDDEN, "patient": FORBIDDEN, "colleague": FORBIDDEN, "admin": FORBIDDEN}
    return {**dict.fromkeys(PEOPLE, NO_VISIT), **_NO_SIGN_IN, **there, **answers}


def _staff(answer: Answer, elsewhere: Answer) -> dict[str, Answer | None]:
    """Return a row for calls about a facility's patients, which its clinicians and administrators may make."""
    return {
        **_clinicians(answer, elsewhere),
        "admin": answer,
        "other admin": elsewhere,
    }


def _change_patient(estate: Estate) -> Ask:
    return Ask(estate.patient, {"sex": "other"}, {"if-match": estate.patient_version})


def _the_patient(estate: Estate, _caller: Caller, answer: httpx.Response) -> bool:
    return bool(estate.patient == f"/patients/{answer.json()['patientId']}")


def _found_here(estate: Estate, _caller: Caller, answer: httpx.Response) -> bool:
    return estate.patient in {f"/patients/{patient['patientId']}" for patient in answer.json()["patients"]}


def _found_nobody(_estate: Estate, _caller: Caller, answer: httpx.Response) -> bool:
    return answer.json()["patients"] == [] and answer.json()["cursor"] is None


def _schedule_rule(
    path: str, body: object = None, headers: Mapping[str, str] | None = None, *, also: str = "", may_change: bool = True
) -> Rule:
    """Return the rule of a call about a clinician, which they and their administrators may make, and `also` others."""
    done = Answer(200, may_change=may_change)
    allowed = {caller for caller in ("clinician", "admin", also) if caller}
    answers = {**dict.fromkeys(PEOPLE, FORBIDDEN), **_NO_SIGN_IN, **dict.fromkeys(allowed, done)}
    answers["other admin"] = NO_USER
    if also == "colleague":
        answers["other clinician"] = NO_USER
    return Rule(lambda estate: Ask(f"{estate.schedule}/{path}", body, headers or {}), answers)


def _payout_rule(path: str) -> Rule:
    """Return the rule of a call about how a clinician is paid, which only they may make."""
    answers = {**dict.fromkeys(PEOPLE, FORBIDDEN), **_NO_SIGN_IN, "clinician": Answer(200, may_change=True)}
    return Rule(lambda estate: Ask(f"{estate.schedule}/{path}"), answers)


def _system_rule(path: str, answer: Answer, body: object = None) -> Rule:
    """Return the rule of a call that administrators of the system alone may make."""
    return Rule(
        lambda _estate: Ask(path, body), {**dict.fromkeys(PEOPLE, FORBIDDEN), **_NO_SIGN_IN, "system admin": answer}
    )


def _record_target_rule(action: str, answer: Answer, version: str | None = None) -> Rule:
    """Return the rule of a call about our facility's record, which nobody has set up."""
    body, headers = ({"kind": "download"}, {"if-match": version}) if version else (None, {})
    return Rule(
        lambda estate: Ask(f"/admin/record-targets/{estate.facilities.ours}{action}", body, headers),
        {**dict.fromkeys(PEOPLE, FORBIDDEN), **_NO_SIGN_IN, "system admin": answer},
    )


def _services(answer: Answer, elsewhere: Answer) -> dict[str, Answer | None]:
    """Return a row for calls about what can be booked at a facility, by anybody who belongs to one."""
    others = dict.fromkeys(("other clinician", "other admin", "other patient"), elsewhere)
    nowhere = dict.fromkeys(("stranger", "system admin"), FORBIDDEN)
    return {**dict.fromkeys(PEOPLE, answer), **_NO_SIGN_IN, **others, **nowhere}


def _service_change(answer: Answer, elsewhere: Answer) -> dict[str, Answer | None]:
    return {**dict.fromkeys(PEOPLE, FORBIDDEN), **_NO_SIGN_IN, "admin": answer, "other admin": elsewhere}


def _service_here(estate: Estate, _caller: Caller, answer: httpx.Response) -> bool:
    # The index of a facility's services may lag behind a new one.
    return {each["practitionerId"] for each in answer.json()["services"]} <= {
        estate.facilities.people["clinician"].user_id
    }


def _service_elsewhere(_estate: Estate, _caller: Caller, answer: httpx.Response) -> bool:
    return bool(answer.json()["services"] == [])


def _the_booking(estate: Estate, _caller: Caller, answer: httpx.Response) -> bool:
    return bool(estate.booking == f"/bookings/{answer.json()['bookingId']}")


def _bookings_of_their_own(estate: Estate, caller: Caller, answer: httpx.Response) -> bool:
    """Tell whether those who may see the booking do, and everybody else sees nothing of the facility's."""
    found = {f"/bookings/{booking['bookingId']}" for booking in answer.json()["bookings"]}
    people = estate.facilities.people
    if caller in [people[name] for name in ("patient", "clinician", "admin")]:
        return estate.booking in found
    return estate.booking not in found


def _the_service(estate: Estate, _caller: Caller, answer: httpx.Response) -> bool:
    return bool(estate.service == f"/services/{answer.json()['serviceId']}")


def _booking_rule(ask: Callable[[Estate], Ask], answers: Mapping[str, Answer]) -> Rule:
    return Rule(ask, {**dict.fromkeys(PEOPLE, NO_BOOKING), **_NO_SIGN_IN, **answers})


def _packs_of_their_own(estate: Estate, caller: Caller, answer: httpx.Response) -> bool:
    """Tell whether its patient finds the pack, and so does the administrator of its facility; nobody else does."""
    people = estate.facilities.people

    def has(found: httpx.Response) -> bool:
        return estate.pack in {f"/packs/{pack['packId']}" for pack in found.json().get("packs", ())}

    sold = has(caller.call("GET", "/packs", params={"of": "facility"}))
    return (has(answer), sold) == (caller is people["patient"], caller is people["admin"])


def _the_pack(estate: Estate, _caller: Caller, answer: httpx.Response) -> bool:
    return bool(estate.pack == f"/packs/{answer.json()['packId']}")


def _pack_rule(ask: Callable[[Estate], Ask], patient: Answer, admin: Answer) -> Rule:
    return Rule(ask, {**dict.fromkeys(PEOPLE, NO_PACK), **_NO_SIGN_IN, "patient": patient, "admin": admin})


def _the_plan(estate: Estate, _caller: Caller, answer: httpx.Response) -> bool:
    return bool(estate.plan == f"/plans/{answer.json()['planId']}")


def _plans_here(estate: Estate, _caller: Caller, answer: httpx.Response) -> bool:
    return estate.plan in {f"/plans/{plan['planId']}" for plan in answer.json()["plans"]}


def _planning(answer: Answer) -> dict[str, Answer | None]:
    """Return a row for calls that name a patient of the directory, or oneself: clinicians of the facility may."""
    return {
        **_clinicians(answer, INVALID),
        **dict.fromkeys(("fellow patient", "other patient"), FORBIDDEN),
        "patient": answer,
    }


def _plan_rule(
    what: str,
    answer: Answer,
    body: object = None,
    headers: Mapping[str, str] | None = None,
    *,
    clinicians: Answer | None = None,
) -> Rule:
    """Return the rule of a call about a plan: its patient may make it, and clinicians of the facility, or not."""
    return Rule(
        lambda estate: Ask(f"{estate.plan}{what}", body, headers or {}),
        {
            **dict.fromkeys(PEOPLE, NO_PLAN),
            **_NO_SIGN_IN,
            **dict.fromkeys(("clinician", "colleague"), clinicians or answer),
            "patient": answer,
        },
    )


def _dose_rule(answer: str, patient: Answer, body: object = None) -> Rule:
    """Return the rule of an answer to a dose, which only its patient gives."""
    return Rule(
        lambda estate: Ask(f"{estate.dose}/{answer}", body),
        {
            **dict.fromkeys(PEOPLE, NO_DOSE),
            **_NO_SIGN_IN,
            **dict.fromkeys(("clinician", "colleague"), FORBIDDEN),
            "patient": patient,
        },
    )


def _their_carers(estate: Estate, caller: Caller, answer: httpx.Response) -> bool:
    """Whether only those two see it; they may have ended it."""
    seen = {f"/carers/{one['careId']}" for one in [*answer.json()["helpers"], *answer.json()["helped"]]}
    people = estate.facilities.people
    return estate.care not in seen or caller in (people["patient"], people["fellow patient"])


def _care_rule(step: str, patient: Answer, carer: Answer) -> Rule:
    """Return the rule of a step of a patient or of the person whom they asked."""
    return Rule(
        lambda estate: Ask(f"{estate.care}/{step}"),
        {**dict.fromkeys(PEOPLE, NO_USER), **_NO_SIGN_IN, "patient": patient, "fellow patient": carer},
    )


def _visit_rule(path: Callable[[Appointment], str], body: object = None, **answers: Answer) -> Rule:
    return Rule(lambda estate: Ask(path(estate.appointment), body), _at_the_visit(**answers))


def _write_notes(estate: Estate) -> Ask:
    return Ask(f"{estate.appointment.under_way}/notes", {**NOTES, "plan": "Another."}, {"if-match": '"1"'})


def _another_time(estate: Estate) -> Ask:
    appointment = estate.appointment
    return Ask(f"{appointment.booked}/reschedule", {"startsAt": appointment.booking["startsAt"]}, {"if-match": '"0"'})


def _sign_notes(estate: Estate) -> Ask:
    return Ask(f"{estate.appointment.over}/notes/sign", {}, {"if-match": '"1"'})


def _add_to_notes(estate: Estate) -> Ask:
    return Ask(f"{estate.appointment.signed}/notes/addenda", {"text": "Healed."}, {"if-match": '"2"'})


def _release_notes(estate: Estate) -> Ask:
    return Ask(f"{estate.appointment.signed}/notes/release", {}, {"if-match": '"2"'})


def _forged_event(estate: Estate) -> Ask:
    visit_id = estate.appointment.visit_id
    data = {"room_name": visit_id, "room_id": f"room-of-{visit_id}", "user_id": "x", "peer_id": "y"}
    return Ask("/webhooks/hms", {"id": FORGED, "type": "room.end.success", "data": data})


def _image(estate: Estate) -> str:
    assert estate.capture.photo
    return f"/session/images/{estate.encounter}/image-1"


def _draw(estate: Estate) -> Ask:
    """Draw on the photo as it is by then, because several clinicians may, one after the other."""
    (image,) = estate.capture.clinician.images(estate.encounter)
    edits = {"format": 1, "rotation": 90, "shapes": []}
    return Ask(f"{_image(estate)}/edits", edits, {"if-match": f'"{image["editsVersion"]}"'})


def _upload(estate: Estate) -> Ask:
    body = {"contentType": "image/jpeg", "contentLength": 5, "sha256": "A" * 43 + "="}
    return Ask("/session/presigned-url", {**body, "encounterId": estate.encounter, "imageId": "image-2"})


def _preview(estate: Estate) -> Ask:
    body = {"encounterId": estate.encounter, "imageId": "image-3", "preview": PREVIEW}
    return Ask("/session/preview", body)


def _status(estate: Estate) -> Ask:
    return Ask("/session/status", {"encounterId": estate.encounter, "phoneId": "phone-1", "unsent": 1})


def _session(estate: Estate) -> dict[str, str]:
    return {"encounterId": estate.encounter, "patientId": "patient-1", "facilityId": estate.facilities.ours}


def _notify(estate: Estate) -> dict[str, object]:
    return {"encounterId": estate.encounter, "s3Key": estate.capture.photo, "metadata": {"notes": "a mole"}}


def _newcomer(estate: Estate) -> dict[str, object]:
    return {"phone": new_number(), "roles": ["clinician"], "facilityId": estate.facilities.ours}


def _commit_rule(action: str, body: object = None) -> Rule:
    """Return the rule of a call about a commit; there is none, and tests/functions/commits has some of others."""
    return Rule(
        lambda estate: Ask(f"/session/{estate.encounter}/commits/none{action}", body), _clinicians(NO_COMMIT, NO_COMMIT)
    )


RULES: Final[dict[str, Rule]] = {
    # Capture, the clinician's side.
    "POST /session/create": Rule(
        lambda estate: Ask("/session/create", _session(estate)),
        _clinicians(Answer(201, may_change=True), FORBIDDEN),
    ),
    "GET /session/waiting": Rule(
        lambda estate: Ask("/session/waiting" if estate.encounter else ""),
        _clinicians(Answer(200), Answer(200, check=_no_photos_waiting)),
    ),
    "GET /session/images/{encounterId}": Rule(
        lambda estate: Ask(f"/session/images/{estate.encounter}"),
        _clinicians(Answer(200, check=_the_photo), NOTHING_THERE),
    ),
    "PATCH /session/images/{encounterId}/{imageId}": Rule(
        lambda estate: Ask(_image(estate), {"metadata": {"notes": "changed"}}),
        _clinicians(Answer(200, may_change=True), NO_SESSION),
    ),
    "GET /session/images/{encounterId}/{imageId}/edits": Rule(
        lambda estate: Ask(f"{_image(estate)}/edits"), _clinicians(Answer(200), NO_SESSION)
    ),
    "PUT /session/images/{encounterId}/{imageId}/edits": Rule(
        _draw, _clinicians(Answer(200, may_change=True), NO_SESSION)
    ),
    "GET /session/images/{encounterId}/{imageId}/edits/history": Rule(
        lambda estate: Ask(f"{_image(estate)}/edits/history"), _clinicians(Answer(200), NO_SESSION)
    ),
    "GET /record/capabilities": Rule(
        lambda estate: Ask("/record/capabilities" if estate.encounter else ""), _clinicians(Answer(200), Answer(200))
    ),
    "POST /session/{encounterId}/commit": Rule(
        lambda estate: Ask(
            f"/session/{estate.encounter}/commit",
            {"images": [{"imageId": "image-1", "version": 1}], "patient": {"patientId": "patient-1"}},
        ),
        _clinicians(NO_TARGET, NO_TARGET),
    ),
    "GET /session/{encounterId}/commits/{commitId}": _commit_rule(""),
    "GET /session/images/{encounterId}/{imageId}/bundle": Rule(
        lambda estate: Ask(f"{_image(estate)}/bundle"), _clinicians(NO_COMMIT, NO_SESSION)
    ),
    "POST /session/{encounterId}/commits/{commitId}/files/{imageId}/retry": _commit_rule("/files/image-1/retry"),
    "POST /session/{encounterId}/commits/{commitId}/files/{imageId}/resolve": _commit_rule(
        "/files/image-1/resolve", {"absent": True}
    ),
    "DELETE /session/images/{encounterId}/{imageId}": Rule(
        lambda estate: Ask(_image(estate)),
        {
            **_clinicians(Answer(200, may_change=True), NO_SESSION),
            **dict.fromkeys(PHONES, WRONG_ENCOUNTER),
            "phone": Answer(200, may_change=True),
        },
    ),
    "PUT /session/images/{encounterId}/order": Rule(
        lambda estate: Ask(f"/session/images/{estate.encounter}/order", {"imageIds": [_image(estate).split("/")[-1]]}),
        _clinicians(Answer(200, may_change=True), NO_SESSION),
    ),
    "POST /session/images/{encounterId}/{imageId}/keep": Rule(
        lambda estate: Ask(f"{_image(estate)}/keep"),
        _clinicians(Answer(200, may_change=True), NO_SESSION),
    ),
    "DELETE /session/images/{encounterId}/{imageId}/keep": Rule(
        lambda estate: Ask(f"{_image(estate)}/keep"),
        _clinicians(Answer(200, may_change=True), NO_SESSION),
    ),
    "DELETE /session/{encounterId}": Rule(
        lambda estate: Ask(f"/session/{estate.encounter}"),
        _clinicians(Answer(204, may_change=True), NO_SESSION),
    ),
    "POST /session/live-ticket": Rule(
        lambda estate: Ask("/session/live-ticket", {"encounterId": estate.encounter}),
        _clinicians(Answer(200, may_change=True), NO_SESSION),
    ),
    "POST /session/upload-token": Rule(
        lambda estate: Ask("/session/upload-token", {"encounterId": estate.encounter}),
        _clinicians(Answer(200), NO_SESSION),
    ),
    # Capture, the phone's side. The code that was scanned is what admits: who else the caller is does not matter.
    "GET /session/token/{token}": Rule(
        lambda estate: Ask(f"/session/token/{estate.capture.opened['token']}?phoneId=handset"),
        _everyone(Answer(200)),
    ),
    "PUT /session/phones/{encounterId}/{phoneId}": Rule(
        lambda estate: Ask(f"/session/phones/{estate.encounter}/{'0' * 16}", {"admitted": True}),
        _clinicians(Answer(404, "phone-not-found"), NO_SESSION),
    ),
    "PUT /session/consent/{encounterId}": Rule(
        lambda estate: Ask(f"/session/consent/{estate.encounter}", {"manner": "bestInterests"}),
        {
            **_clinicians(Answer(200, may_change=True), NO_SESSION),
            **dict.fromkeys(PHONES, WRONG_ENCOUNTER),
            "phone": Answer(200, may_change=True),
        },
    ),
    "POST /session/presigned-url": Rule(_upload, _phones(Answer(200, may_change=True))),
    "POST /session/preview": Rule(_preview, _phones(Answer(204, may_change=True))),
    "POST /session/status": Rule(_status, _phones(Answer(200, may_change=True))),
    "POST /session/images": Rule(
        lambda estate: Ask("/session/images", _notify(estate)),
        _phones(Answer(200, may_change=True)),
    ),
    # Signing in, which anybody may try: what they know of a number or a token is what counts.
    "POST /otp/send": Rule(lambda _: Ask("/otp/send", {"phone": new_number()}), _everyone(Answer(202))),
    "POST /otp/verify": Rule(
        lambda estate: Ask("/otp/verify", {"phone": estate.person["phone"], "otp": "000000"}),
        _everyone(Answer(401, "otp-invalid")),
    ),
    "POST /auth/refresh": Rule(
        lambda estate: Ask("/auth/refresh", {"refreshToken": estate.facilities.people["clinician"].token}),
        _everyone(UNAUTHORIZED),
    ),
    # Oneself. A sign-out ends the sign-in that calls, so that only somebody made for it does.
    "GET /auth/me": Rule(lambda _: Ask("/auth/me"), _signed_in(Answer(200, check=_told_of_themselves))),
    "POST /auth/logout": Rule(
        lambda _: Ask("/auth/logout"),
        {**dict.fromkeys(PEOPLE), **_NO_SIGN_IN, "stranger": Answer(204, may_change=True)},
    ),
    "GET /user/profile": Rule(lambda _: Ask("/user/profile"), _signed_in(Answer(200, check=_told_of_themselves))),
    "PATCH /user/profile": Rule(
        lambda _: Ask("/user/profile", {"displayName": "Somebody", "userId": "x", "roles": ["systemAdmin"]}),
        _signed_in(Answer(200, check=_told_of_themselves, may_change=True)),
    ),
    "GET /user/sign-ins": Rule(lambda _: Ask("/user/sign-ins"), _signed_in(Answer(200))),
    "DELETE /user/sign-ins/{signInId}": Rule(
        lambda _: Ask(f"/user/sign-ins/{'a' * 16}"), _signed_in(Answer(404, "sign-in-not-found"))
    ),
    # Others.
    "POST /auth/kill-switch": Rule(
        lambda estate: Ask("/auth/kill-switch", {"userId": estate.person["userId"]}),
        _admins(Answer(204, may_change=True), FORBIDDEN),
    ),
    "GET /admin/users": Rule(
        lambda estate: Ask(f"/admin/users?facilityId={estate.facilities.ours}"),
        _admins(Answer(200, check=_told_of_one_facility), FORBIDDEN),
    ),
    "GET /admin/counters": Rule(
        lambda estate: Ask(f"/admin/counters?facilityId={estate.facilities.ours}&hours=1&days=1"),
        _admins(Answer(200, check=_counted_for_one_facility), FORBIDDEN),
    ),
    "GET /admin/facilities": Rule(
        lambda estate: Ask("/admin/facilities" if estate.facility else ""),
        _admins(Answer(200, check=_told_of_our_facility), Answer(200, check=_told_of_no_facility)),
    ),
    "GET /admin/facilities/{facilityId}": Rule(
        lambda estate: Ask(estate.facility),
        _admins(Answer(200), FORBIDDEN),
    ),
    "PUT /admin/facilities/{facilityId}": Rule(
        lambda estate: Ask(f"/admin/facilities/{estate.facilities.ours}", FACILITY, {"if-match": '"0"'}),
        _admins(Answer(200, may_change=True), FORBIDDEN),
    ),
    "POST /admin/users": Rule(
        lambda estate: Ask("/admin/users", _newcomer(estate)),
        _admins(Answer(201, may_change=True), FORBIDDEN),
    ),
    "PUT /users/{userId}/roles": Rule(
        lambda estate: Ask(f"/users/{estate.person['userId']}/roles", {"roles": ["clinician", "patient"]}),
        _admins(Answer(200, may_change=True), NO_USER),
    ),
    "POST /admin/users/{userId}/unlock": Rule(
        lambda estate: Ask(f"/admin/users/{estate.person['userId']}/unlock"),
        _admins(Answer(200, may_change=True), NO_USER),
    ),
    "PATCH /admin/users/{userId}": Rule(
        lambda estate: Ask(f"/admin/users/{estate.person['userId']}", {"displayName": "Mere Parata"}),
        _admins(Answer(200, may_change=True), NO_USER),
    ),
    "POST /admin/users/{userId}/invite": Rule(
        lambda estate: Ask(f"/admin/users/{estate.facilities.people['colleague'].user_id}/invite"),
        _admins(Answer(409, "user-in-use"), NO_USER),
    ),
    "PUT /admin/users/{userId}/active": Rule(
        lambda estate: Ask(f"/admin/users/{estate.person['userId']}/active", {"active": True}),
        _admins(Answer(200, may_change=True), NO_USER),
    ),
    # The person has signed in, or would be gone for whoever asks next.
    "DELETE /admin/users/{userId}": Rule(
        lambda estate: Ask(f"/admin/users/{estate.facilities.people['colleague'].user_id}"),
        _admins(Answer(409, "user-in-use"), NO_USER),
    ),
    "POST /internal/force-verification": Rule(
        lambda estate: Ask("/internal/force-verification", {"userId": estate.person["userId"], "reason": "night"}),
        _admins(Answer(200, may_change=True), FORBIDDEN),
    ),
    "POST /experts/verify-specific": Rule(
        lambda estate: Ask("/experts/verify-specific", {"userId": estate.person["userId"], "decision": "approve"}),
        _admins(Answer(200, may_change=True), FORBIDDEN),
    ),
    # Patients: of a facility for those who work there. Whoever works elsewhere finds and changes their own facility's.
    "POST /patients": Rule(
        lambda _: Ask("/patients", {"name": "Tama Paki"}),
        _staff(Answer(201, may_change=True), Answer(201, may_change=True)),
    ),
    "GET /patients": Rule(
        lambda estate: Ask(f"/patients?q=paki+{estate.patient_word}" if estate.patient else ""),
        _staff(Answer(200, check=_found_here), Answer(200, check=_found_nobody)),
    ),
    "GET /patients/{patientId}": Rule(
        lambda estate: Ask(estate.patient), _staff(Answer(200, check=_the_patient), NO_PATIENT)
    ),
    "PATCH /patients/{patientId}": Rule(_change_patient, _staff(Answer(200, may_change=True), NO_PATIENT)),
    "PUT /patients/{patientId}/person": Rule(
        lambda estate: Ask(f"{estate.patient}/person", None, {"if-match": estate.patient_version}),
        _staff(Answer(200, may_change=True), NO_PATIENT),
    ),
    "DELETE /patients/{patientId}/person": Rule(
        lambda estate: Ask(f"{estate.patient}/person", None, {"if-match": estate.patient_version}),
        _staff(Answer(200, may_change=True), NO_PATIENT),
    ),
    # Encounters: what happened with a facility's patients, for its clinicians.
    "GET /encounters": Rule(
        lambda estate: Ask(estate.told.rpartition("/")[0]),
        _clinicians(Answer(200, check=_encounters_here), Answer(200, check=_encounters_elsewhere)),
    ),
    "GET /encounters/{encounterId}": Rule(
        lambda estate: Ask(estate.told), _clinicians(Answer(200, check=_the_encounter), NO_ENCOUNTER)
    ),
    # What can be booked, and when: seen by everybody of a facility, changed by its administrators; a clinician says
    # when they can be booked, and their colleagues, who book for each other, see that.
    "GET /practitioners/{practitionerId}/availability": _schedule_rule(
        "availability", also="colleague", may_change=False
    ),
    "PUT /practitioners/{practitionerId}/availability": _schedule_rule(
        "availability", {"timeZone": "Pacific/Auckland", "hours": []}, {"if-match": '"0", "1", "2"'}
    ),
    "GET /practitioners/{practitionerId}/blocked-dates/{date}": _schedule_rule(
        "blocked-dates/2199-12-24", may_change=False
    ),
    "PUT /practitioners/{practitionerId}/blocked-dates/{date}": _schedule_rule("blocked-dates/2199-12-24"),
    "DELETE /practitioners/{practitionerId}/blocked-dates/{date}": _schedule_rule("blocked-dates/2199-12-24"),
    # How a clinician is paid, and whether the provider knows who they are: seen by them and their administrators,
    # changed by them alone.
    "GET /practitioners/{practitionerId}/payout-account": _schedule_rule(
        "payout-account", also="system admin", may_change=False
    ),
    "POST /practitioners/{practitionerId}/payout-account": _payout_rule("payout-account"),
    "POST /practitioners/{practitionerId}/identity-verification": _payout_rule("identity-verification"),
    # Transfers to practitioners: decided on by administrators of the system.
    "GET /admin/transfers": _system_rule("/admin/transfers", Answer(200)),
    "POST /admin/transfers/{transferId}/approve": _system_rule("/admin/transfers/none/approve", NO_TRANSFER),
    "POST /admin/transfers/{transferId}/hold": _system_rule(
        "/admin/transfers/none/hold", NO_TRANSFER, {"reason": "The patient complains"}
    ),
    "GET /admin/ledger": _system_rule("/admin/ledger?month=2099-01", Answer(200)),
    # Facilities' records: set up by administrators of the system.
    "GET /admin/record-targets/{facilityId}": _record_target_rule("", Answer(200)),
    "PUT /admin/record-targets/{facilityId}": _record_target_rule("", Answer(412, "precondition-failed"), '"7"'),
    "POST /admin/record-targets/{facilityId}/check": _record_target_rule("/check", NO_TARGET),
    # Launches from records, which no facility has; and who of a facility is who there.
    "POST /launches": Rule(
        lambda estate: Ask(
            "/launches", {"facilityId": estate.facilities.ours, "iss": "https://record.example", "launch": "x"}
        ),
        _everyone(Answer(403, "launch-refused")),
    ),
    "POST /launches/complete": Rule(
        lambda _: Ask("/launches/complete", {"state": "x" * 43, "code": "x", "browser": "x" * 43}),
        _everyone(Answer(403, "launch-refused")),
    ),
    "POST /launches/context": Rule(
        lambda _: Ask("/launches/context", {"context": "c", "signature": "s"}), _clinicians(*[LAUNCH_REFUSED] * 2)
    ),
    "GET /launches/context/{contextId}": Rule(
        lambda _: Ask("/launches/context/none"), _clinicians(*[LAUNCH_REFUSED] * 2)
    ),
    "GET /admin/record-people/{facilityId}": Rule(
        lambda estate: Ask(f"/admin/record-people/{estate.facilities.ours}"), _admins(Answer(200), FORBIDDEN)
    ),
    "PUT /admin/record-people/{facilityId}": Rule(
        lambda estate: Ask(f"/admin/record-people/{estate.facilities.ours}", {"people": []}, {"if-match": '"7"'}),
        _admins(Answer(412, "precondition-failed"), FORBIDDEN),
    ),
    # Notifications: everybody's own; administrators see which kinds of things their facility's people were told.
    "GET /notifications": Rule(lambda _: Ask("/notifications"), _signed_in(Answer(200))),
    "POST /notifications/{notificationId}/read": Rule(
        lambda _: Ask(f"/notifications/{'0' * 32}/read"), _signed_in(Answer(404, "notification-not-found"))
    ),
    "POST /notifications/read-all": Rule(lambda _: Ask("/notifications/read-all"), _signed_in(Answer(200))),
    "POST /notifications/live-ticket": Rule(
        lambda _: Ask("/notifications/live-ticket", {}), _signed_in(Answer(200, check=_their_inbox))
    ),
    "GET /notifications/preferences": Rule(lambda _: Ask("/notifications/preferences"), _signed_in(Answer(200))),
    "PUT /notifications/preferences": Rule(
        lambda _: Ask("/notifications/preferences", {"channels": ["sms"]}, {"if-match": '"0"'}),
        _signed_in(Answer(200)),
    ),
    # Contact points: everybody's own.
    "GET /notifications/subscriptions": Rule(lambda _: Ask("/notifications/subscriptions"), _signed_in(Answer(200))),
    "POST /notifications/subscriptions": Rule(
        lambda _: Ask("/notifications/subscriptions", _NO_BROWSER), _signed_in(INVALID)
    ),
    "DELETE /notifications/subscriptions/{subscriptionId}": Rule(
        lambda _: Ask(f"/notifications/subscriptions/{'a' * 24}"), _signed_in(Answer(204))
    ),
    "GET /notifications/mail-address": Rule(lambda _: Ask("/notifications/mail-address"), _signed_in(Answer(200))),
    "PUT /notifications/mail-address": Rule(
        lambda _: Ask("/notifications/mail-address", {"address": "nobody at home"}), _signed_in(INVALID)
    ),
    "POST /notifications/mail-address/confirm": Rule(
        lambda _: Ask("/notifications/mail-address/confirm", {"code": "000000"}),
        _signed_in(Answer(422, "code-invalid")),
    ),
    "DELETE /notifications/mail-address": Rule(lambda _: Ask("/notifications/mail-address"), _signed_in(Answer(204))),
    # A link from a mail admits whoever has it; nobody has this one.
    "POST /unsubscribe": Rule(lambda _: Ask(f"/unsubscribe?token={'a' * 67}"), _everyone(Answer(404, "link-invalid"))),
    "GET /admin/notifications": Rule(
        lambda estate: Ask(f"/admin/notifications?facilityId={estate.facilities.ours}"),
        _admins(Answer(200), FORBIDDEN),
    ),
    "GET /services": Rule(
        lambda estate: Ask("/services" if estate.service else ""),
        _services(Answer(200, check=_service_here), Answer(200, check=_service_elsewhere)),
    ),
    "POST /services": Rule(
        lambda estate: Ask("/services", estate.service_request), _service_change(Answer(201, may_change=True), INVALID)
    ),
    "GET /services/{serviceId}": Rule(
        lambda estate: Ask(estate.service), _services(Answer(200, check=_the_service), NO_SERVICE)
    ),
    "PUT /services/{serviceId}": Rule(
        lambda estate: Ask(estate.service, estate.service_request, {"if-match": '"1"'}),
        _service_change(Answer(200, may_change=True), NO_SERVICE),
    ),
    "GET /services/{serviceId}/slots": Rule(
        lambda estate: Ask(f"{estate.service}/slots?from=2199-12-01&to=2199-12-02&timeZone=UTC"),
        _services(Answer(200), NO_SERVICE),
    ),
    # Bookings: made by a patient of the facility for themselves; seen by them, the practitioner and administrators.
    "POST /bookings": Rule(
        lambda estate: Ask("/bookings", estate.booking_request),
        {
            **dict.fromkeys(PEOPLE, FORBIDDEN),
            **_NO_SIGN_IN,
            **dict.fromkeys(("patient", "fellow patient"), Answer(201, may_change=True)),
            "other patient": NO_SERVICE,
        },
    ),
    "GET /bookings": Rule(
        lambda estate: Ask("/bookings" if estate.booking else ""), _signed_in(Answer(200, check=_bookings_of_their_own))
    ),
    "GET /bookings/{bookingId}": Rule(
        lambda estate: Ask(estate.booking),
        {
            **dict.fromkeys(PEOPLE, NO_BOOKING),
            **_NO_SIGN_IN,
            **dict.fromkeys(("patient", "clinician", "admin"), Answer(200, check=_the_booking)),
        },
    ),
    "GET /bookings/{bookingId}/calendar.ics": Rule(
        lambda estate: Ask(f"{estate.booking}/calendar.ics"),
        {
            **dict.fromkeys(PEOPLE, NO_BOOKING),
            **_NO_SIGN_IN,
            **dict.fromkeys(("patient", "clinician", "admin"), Answer(200)),
        },
    ),
    "POST /bookings/{bookingId}/cancel": _booking_rule(
        lambda estate: Ask(f"{estate.given_up}/cancel", {}),
        dict.fromkeys(("patient", "clinician", "admin"), Answer(200, may_change=True)),
    ),
    "POST /bookings/{bookingId}/reschedule": _booking_rule(
        lambda estate: Ask(f"{estate.booking}/reschedule", {"startsAt": "2199-12-31T10:00:00Z"}),
        dict.fromkeys(("patient", "clinician", "admin"), Answer(422, "outside-availability")),
    ),
    "POST /bookings/{bookingId}/choice": _booking_rule(
        lambda estate: Ask(f"{estate.booking}/choice", {"refund": True}),
        {"patient": WRONG_STATE, **dict.fromkeys(("clinician", "admin"), FORBIDDEN)},
    ),
    "POST /bookings/{bookingId}/refund": _booking_rule(
        lambda estate: Ask(f"{estate.booking}/refund"),
        {"admin": WRONG_STATE, **dict.fromkeys(("patient", "clinician"), FORBIDDEN)},
    ),
    # Packs: bought by a patient of the facility for themselves; seen and cancelled by them and administrators.
    "POST /packs": Rule(
        lambda estate: Ask("/packs", estate.offered_pack),
        {
            **dict.fromkeys(PEOPLE, FORBIDDEN),
            **_NO_SIGN_IN,
            **dict.fromkeys(("patient", "fellow patient"), Answer(201, may_change=True)),
            "other patient": NO_PACK,
        },
    ),
    "GET /packs": Rule(
        lambda estate: Ask("/packs" if estate.pack else ""), _signed_in(Answer(200, check=_packs_of_their_own))
    ),
    "GET /packs/{packId}": _pack_rule(
        lambda estate: Ask(estate.pack), Answer(200, check=_the_pack), Answer(200, check=_the_pack)
    ),
    "POST /packs/{packId}/cancel": _pack_rule(
        lambda estate: Ask(f"{estate.pack}/cancel"), Answer(200, may_change=True), Answer(200, may_change=True)
    ),
    # Of whose refund nothing has failed.
    "POST /packs/{packId}/refund": _pack_rule(
        lambda estate: Ask(f"{estate.pack}/refund"), FORBIDDEN, Answer(409, "wrong-state")
    ),
    # Plans of medicines: of their patients, and of clinicians of the facility for patients of the directory.
    "POST /plans": Rule(
        lambda estate: Ask("/plans" if estate.in_directory else "", estate.plan_request),
        _planning(Answer(201, may_change=True)),
    ),
    "GET /plans": Rule(
        lambda estate: Ask(f"/plans?patientId={estate.plan_request['patientId']}" if estate.known_plan else ""),
        _planning(Answer(200, check=_plans_here)),
    ),
    "GET /plans/{planId}": _plan_rule("", Answer(200, check=_the_plan)),
    "PATCH /plans/{planId}": _plan_rule("", Answer(200, may_change=True), {"graceMinutes": 90}, {"if-match": '"1"'}),
    "DELETE /plans/{planId}": _plan_rule("", Answer(200, may_change=True), headers={"if-match": '"1"'}),
    "POST /plans/{planId}/pause": _plan_rule("/pause", Answer(200, may_change=True)),
    "POST /plans/{planId}/resume": _plan_rule("/resume", Answer(200)),
    "GET /plans/{planId}/doses": _plan_rule("/doses?from=2026-11-01&to=2026-11-30", Answer(200)),
    "POST /doses/{doseId}/taken": _dose_rule("taken", Answer(200, may_change=True), {}),
    "POST /doses/{doseId}/skipped": _dose_rule("skipped", Answer(200, may_change=True)),
    "POST /doses/{doseId}/snooze": _dose_rule("snooze", Answer(200, may_change=True), {"minutes": 10}),
    "POST /doses/{doseId}/undo": _dose_rule("undo", Answer(200)),
    # Carers: asked by patients among the people of the facility; only the two whose it is see it, and change it.
    "GET /carers": Rule(
        lambda estate: Ask("/carers" if estate.care else ""), _signed_in(Answer(200, check=_their_carers))
    ),
    "POST /carers": Rule(
        lambda estate: Ask("/carers", {"phone": estate.carers_phone, "name": "Ana"}),
        {
            **dict.fromkeys(PEOPLE, FORBIDDEN),
            **_NO_SIGN_IN,
            "fellow patient": INVALID,
            "other patient": NO_USER,
            "patient": Answer(201, may_change=True),
        },
    ),
    "POST /carers/{careId}/accept": _care_rule("accept", FORBIDDEN, Answer(200, may_change=True)),
    "POST /carers/{careId}/decline": _care_rule("decline", FORBIDDEN, Answer(200, may_change=True)),
    "POST /carers/{careId}/end": _care_rule("end", Answer(200, may_change=True), Answer(200, may_change=True)),
    # Visits: of a facility for those who work there, of themselves for patients; the two whose it is take part.
    "POST /visits": Rule(
        lambda estate: Ask("/visits", estate.appointment.booking),
        {
            **dict.fromkeys(PEOPLE, FORBIDDEN),
            **_NO_SIGN_IN,
            **dict.fromkeys(("clinician", "colleague", "admin"), Answer(201, may_change=True)),
            **dict.fromkeys(("other clinician", "other admin"), INVALID),
        },
    ),
    "GET /visits": Rule(
        lambda estate: Ask("/visits?view=all" if estate.appointment.booked and estate.neighbours.booked else ""),
        {
            **dict.fromkeys(PEOPLE, Answer(200, check=_their_own_visits)),
            **_NO_SIGN_IN,
            **dict.fromkeys(("clinician", "colleague", "admin"), Answer(200, check=_visits_here)),
            **dict.fromkeys(("other clinician", "other admin", "other patient"), Answer(200, check=_visits_elsewhere)),
        },
    ),
    "GET /visits/practitioners": Rule(
        lambda estate: Ask("/visits/practitioners" if estate.appointment.booking else ""),
        {
            **dict.fromkeys(PEOPLE, FORBIDDEN),
            **_NO_SIGN_IN,
            **dict.fromkeys(("clinician", "colleague", "admin"), Answer(200, check=_practitioners_here)),
            **dict.fromkeys(("other clinician", "other admin"), Answer(200, check=_practitioners_elsewhere)),
        },
    ),
    "POST /visits/live-ticket": Rule(
        lambda _: Ask("/visits/live-ticket", {}),
        _signed_in(Answer(200, check=_their_channel)),
    ),
    "GET /visits/{visitId}": _visit_rule(
        lambda visit: visit.booked,
        **dict.fromkeys(("clinician", "colleague", "admin", "patient"), Answer(200, check=_the_visit)),
    ),
    "POST /visits/{visitId}/join": _visit_rule(
        lambda visit: f"{visit.booked}/join",
        {},
        clinician=Answer(200, may_change=True),
        patient=Answer(200, may_change=True),
    ),
    "GET /visits/{visitId}/rtc-token": _visit_rule(
        lambda visit: visit.token_path,
        clinician=Answer(404, "rtc-token-not-found"),
        patient=Answer(200, may_change=True),
    ),
    "POST /visits/{visitId}/start": _visit_rule(
        lambda visit: f"{visit.token_path.partition('/rtc-token')[0]}/start", {}, clinician=Answer(200, may_change=True)
    ),
    "POST /visits/{visitId}/audio-only": _visit_rule(
        lambda visit: f"{visit.under_way}/audio-only",
        {"reason": "camera"},
        clinician=Answer(200, may_change=True),
        patient=Answer(200, may_change=True),
    ),
    "POST /visits/{visitId}/end": _visit_rule(
        lambda visit: f"{visit.under_way}/end", {}, clinician=Answer(200, may_change=True)
    ),
    "POST /visits/{visitId}/cancel": _visit_rule(
        lambda visit: f"{visit.booked}/cancel",
        {"reason": "Another day."},
        clinician=Answer(200, may_change=True),
        patient=Answer(200, may_change=True),
        admin=Answer(200, may_change=True),
    ),
    "POST /visits/{visitId}/reschedule": Rule(
        _another_time,
        _at_the_visit(**dict.fromkeys(("clinician", "colleague", "admin"), Answer(200, may_change=True))),
    ),
    "POST /visits/{visitId}/recording/start": _visit_rule(
        lambda visit: f"{visit.under_way}/recording/start", {}, clinician=Answer(200, may_change=True)
    ),
    "POST /visits/{visitId}/recording/consent": _visit_rule(
        lambda visit: f"{visit.asked_for_consent}/recording/consent",
        {"given": True},
        patient=Answer(200, may_change=True),
    ),
    "POST /visits/{visitId}/recording/stop": _visit_rule(
        lambda visit: f"{visit.recorded}/recording/stop", {}, clinician=Answer(200, may_change=True)
    ),
    "GET /visits/{visitId}/recording": _visit_rule(lambda visit: f"{visit.recorded}/recording", clinician=Answer(200)),
    "GET /visits/{visitId}/summary": _visit_rule(
        lambda visit: f"{visit.over}/summary", clinician=Answer(200), patient=Answer(200)
    ),
    "GET /visits/{visitId}/notes": _visit_rule(
        lambda visit: f"{visit.under_way}/notes", clinician=Answer(200, check=_notes)
    ),
    "PUT /visits/{visitId}/notes": Rule(_write_notes, _at_the_visit(clinician=Answer(200, may_change=True))),
    "GET /visits/{visitId}/notes/history": _visit_rule(
        lambda visit: f"{visit.under_way}/notes/history", clinician=Answer(200)
    ),
    "POST /visits/{visitId}/notes/sign": Rule(_sign_notes, _at_the_visit(clinician=Answer(200, may_change=True))),
    "POST /visits/{visitId}/notes/addenda": Rule(_add_to_notes, _at_the_visit(clinician=Answer(200, may_change=True))),
    "POST /visits/{visitId}/notes/release": Rule(_release_notes, _at_the_visit(clinician=Answer(200, may_change=True))),
    "POST /visits/{visitId}/notes/commit": _visit_rule(
        lambda visit: f"{visit.signed}/notes/commit", clinician=NO_TARGET
    ),
    "GET /visits/{visitId}/notes/commits": _visit_rule(
        lambda visit: f"{visit.booked}/notes/commits", clinician=Answer(200)
    ),
    "POST /visits/{visitId}/notes/commits/resolve": _visit_rule(
        lambda visit: f"{visit.booked}/notes/commits/resolve", {"addenda": 0, "absent": True}, clinician=NO_COMMIT
    ),
    "GET /visits/{visitId}/notes/copy": _visit_rule(
        lambda visit: f"{visit.released}/notes/copy", patient=Answer(200, check=_notes)
    ),
    # Each clinician has their own.
    "GET /note-templates": Rule(lambda estate: Ask(estate.templates), _clinicians(OWN_TEMPLATES, OWN_TEMPLATES)),
    "PUT /note-templates": Rule(
        lambda _: Ask("/note-templates", {"templates": []}, {"if-match": '"0", "1"'}),
        _clinicians(Answer(200), Answer(200)),
    ),
    # Other services, which no sign-in can stand for.
    "POST /webhooks/{source}": Rule(_forged_event, _everyone(Answer(401, "bad-signature"))),
    # Public: nothing of anybody's is in them.
    "GET /health": Rule(lambda _: Ask("/health"), _everyone(Answer(200))),
    # Only whoever has the scrape token, which is nobody's sign-in.
    "GET /metrics": Rule(lambda _: Ask("/metrics"), _everyone(UNAUTHORIZED)),
    "$default": Rule(lambda _: Ask("/"), _everyone(Answer(200))),
}
