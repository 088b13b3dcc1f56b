"""The clinician's side of a session, and the phone that scans its code."""

import io
from datetime import UTC, datetime

import segno

from benchmarks.peers import cache, callers, clients, desktops, limits, models, patients, phones, session, tokens
from benchmarks.peers.records import ConditionFailedError
from benchmarks.peers.refusal import Refusal
from benchmarks.peers.session import TOUCHED, Session

_TOKEN_LIFE_MS = 600_000
_TICKET_LIFE_MS = 60_000
_CREDENTIAL_LIFE_MS = 86_400_000
MAX_IMAGES = 20


def open_session(authorization: str | None, request: models.OpenRequest) -> tuple[models.Opened, dict[str, str]]:
    """Open an encounter's session or join the one that is open, with a QR code for the phone."""
    who, now = callers.clinician(authorization), clients.now_ms()
    fields, _ = limits.count(limits.SESSION_CREATE, who.user_id)
    if request.facility_id != who.facility_id:
        raise Refusal(403, "forbidden")
    key = session.key_of(request.facility_id, request.encounter_id)
    token, token_digest = tokens.new_handle(key)
    ticket, ticket_digest = tokens.new_handle(key)
    invitation = {"ends": now + _TICKET_LIFE_MS, "user": who.user_id, "family": who.family}
    patient = {name: value for name, value in patients.known(request, now).items() if value}
    facts = request.model_dump(by_alias=True, exclude_none=True) | patient
    handles = {"tokens": {token_digest: now + _TOKEN_LIFE_MS}, "tickets": {ticket_digest: invitation}}
    try:
        opened = session.create(key, {**facts, **handles}, now)
        new = True
    except ConditionFailedError as error:
        if error.item is None or error.item["patientId"] != request.patient_id:
            raise Refusal(422, "invalid-request") from error
        opened, new = _join(error.item, token_digest, ticket_digest, invitation, now), False
    cache.remember(opened, now, new=new)
    url = f"{clients.ORIGIN}/capture#t={token}"
    answer = models.Opened(
        token=token,
        mobile_url=url,
        qr_svg=_qr_svg(url),
        expires_in=_TOKEN_LIFE_MS // 1000,
        session_expires_at=iso(int(opened["expiresAt"])),
        live=models.Live(url=clients.LIVE_URL, ticket=ticket),
        patient=models.SessionPatient(
            patient_id=patient["patientId"],
            patient_name=patient.get("patientName"),
            patient_nhi=patient.get("patientNHI"),
            record_id=patient["recordId"],
        ),
    )
    return answer, fields


def invite(authorization: str | None, request: models.TicketRequest) -> models.Live:
    """Issue a ticket with which a page can watch a session."""
    who, now = callers.clinician(authorization), clients.now_ms()
    key = session.key_of(str(who.facility_id), request.encounter_id)
    ticket, digest = tokens.new_handle(key)
    values = {"ticket": {"ends": now + _TICKET_LIFE_MS, "user": who.user_id, "family": who.family}}
    try:
        session.change(key, f"SET #tickets.#ticket = :ticket, {TOUCHED}", now, values=values, names={"ticket": digest})
    except ConditionFailedError as error:
        raise Refusal(404, "session-not-found") from error
    return models.Live(url=clients.LIVE_URL, ticket=ticket)


def end(authorization: str | None, encounter_id: str) -> None:
    """End a session for everybody."""
    who, now = callers.clinician(authorization), clients.now_ms()
    try:
        ended = session.change(
            session.key_of(str(who.facility_id), encounter_id),
            "SET #open = :false, #endedAt = :now, #revision = #revision + :one, #tokens = :none, #tickets = :none",
            now,
            values={"false": False, "one": 1, "none": {}},
        )
    except ConditionFailedError as error:
        raise Refusal(404, "session-not-found") from error
    cache.end(ended)
    desktops.tell("session-ended", ended, now)


def scan(token: str, device: str, agent: str, address: str) -> tuple[models.Scanned, dict[str, str]]:
    """Trade a QR token for an upload token, if the phone may join the session."""
    now = clients.now_ms()
    key, digest = tokens.read_handle(token)
    phone = phones.id_of(key, device)
    fields, found = cache.scan(key, digest, phone, address, now)
    if found is None:
        kept = phones.join(key, digest, phone, phones.name_of(agent), now)
        cache.remember(kept, now)
        found = {**kept, "imageCount": len(kept["images"]), "phone": kept[f"{phones.PREFIX}{phone}"]["name"]}
    claims = {
        "ses": key,
        "sta": int(found["started"]),
        "fac": found["facilityId"],
        "enc": found["encounterId"],
        "exp": now + _CREDENTIAL_LIFE_MS,
    }
    answer = models.Scanned(
        encounter_id=found["encounterId"],
        patient_id=found["patientId"],
        facility_id=found["facilityId"],
        patient_name=found.get("patientName"),
        patient_nhi=found.get("patientNHI"),
        phone=models.KnownPhone(name=found["phone"], words=phones.words_of(phone)),
        upload_token=tokens.sign(tokens.UPLOAD, claims),
        max_images=MAX_IMAGES,
        image_count=found["imageCount"],
        expires_at=int(found["expiresAt"]),
        server_time=iso(now),
    )
    return answer, fields


def health() -> models.Health:
    """Return whether Redis answers."""
    up = cache.ping()
    return models.Health(
        status="ok" if up else "degraded",
        redis="up" if up else "open",
        version="0.1.0",
        timestamp=iso(clients.now_ms()),
    )


def iso(at_ms: int) -> str:
    """Return an instant as ISO 8601 in UTC."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _join(found: Session, token: str, ticket: str, invitation: dict[str, object], now: int) -> Session:
    try:
        return session.change(
            found["pk"],
            f"SET #tokens.#token = :ends, #tickets.#ticket = :ticket, {TOUCHED}",
            now,
            condition="#started = :started",
            values={"ends": now + _TOKEN_LIFE_MS, "ticket": invitation, "started": found["started"]},
            names={"token": token, "ticket": ticket},
        )
    except ConditionFailedError as error:
        raise Refusal(503, "unavailable", {"Retry-After": "1"}) from error


def _qr_svg(text: str) -> str:
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", border=2, xmldecl=False, svgns=True, omitsize=True, dark="#000", light="#fff"
    )
    return out.getvalue().decode()
