"""Opening, watching and ending a session, for clinicians."""

import io
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

import segno
from pydantic import Field

from bedside.adapters.redis.client import RedisError
from bedside.capture.counters import SESSIONS_OPENED
from bedside.capture.fast_path import FastPath
from bedside.capture.live_messages import session_message
from bedside.capture.model import Session
from bedside.capture.object_keys import session_key
from bedside.capture.patient import Patient, session_facts
from bedside.capture.publisher import SessionPublisher
from bedside.capture.session_access import SessionAccess
from bedside.capture.session_handles import HashedToken, Ticket
from bedside.capture.session_repository import SessionRepository
from bedside.encounters.events import user
from bedside.identity.principal import Clinician
from bedside.kernel.errors import ForbiddenError
from bedside.kernel.opaque_tokens import new_token
from bedside.kernel.wire import Identifier, ShortText, Wire
from bedside.live.publisher import InvitationDocument
from bedside.live.subscriptions import Subscriber
from bedside.patients.errors import PatientMismatchError
from bedside.patients.intake import Intake, Link
from bedside.platform.transient.counters import NO_COUNT, Counters


class OpenRequest(Wire):
    """An encounter and its patient; `endEarlierCodes` ends the session's earlier QR codes; connected phones stay.

    `renew` gets another code for the open session, and never opens one: 404 if it has ended.
    """

    encounter_id: Identifier
    patient_id: Identifier
    facility_id: Identifier
    patient_name: ShortText | None = None
    patient_nhi: ShortText | None = Field(default=None, alias="patientNHI")
    end_earlier_codes: bool = False
    renew: bool = False


class TicketRequest(Wire):
    encounter_id: Identifier


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """A session as the clinician's page needs it, with its patient; `session_expires_at` is in Unix ms."""

    token: str
    mobile_url: str
    qr_svg: str
    session_expires_at: int
    code_series: int
    live: InvitationDocument
    patient: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sessions:
    """Opens and ends sessions; `randomness(n)` returns n random bytes."""

    repository: SessionRepository
    session_access: SessionAccess
    fast_path: FastPath
    publisher: SessionPublisher
    counters: Counters
    intake: Callable[[], Intake]
    pseudonym_key: bytes
    token_life_ms: int
    ticket_life_ms: int
    randomness: Callable[[int], bytes]

    def open(self, clinician: Clinician, request: OpenRequest, origin: str, now_ms: int) -> OpenedSession:
        """Open the encounter's session, join the open one, or open the ended one again, and create a QR code for it.

        A request to renew only joins: it raises SessionNotFoundError if no session is open. Raises ForbiddenError for
        another facility, PatientMismatchError if the session, which is open or has photos, or the directory of patients
        has another patient, name or NHI; nothing has changed then, neither here nor in the directory.
        """
        if request.facility_id != clinician.facility_id:
            raise ForbiddenError("The facility is not yours.")
        key = session_key(self.pseudonym_key, request.facility_id, request.encounter_id)
        patient = self._patient(key, request, now_ms)
        facts = session_facts(request.facility_id, request.encounter_id, patient)
        token, stored_token = new_token(key, self.randomness)
        ticket, stored_ticket = new_token(key, self.randomness)
        access = self.session_access
        session, opened = (access.renew if request.renew else access.open)(
            key,
            facts,
            HashedToken(stored_token.digest, now_ms + self.token_life_ms),
            Ticket(
                stored_ticket.digest, now_ms + self.ticket_life_ms, Subscriber(clinician.user_id, clinician.family_id)
            ),
            now_ms,
            end_earlier_codes=request.end_earlier_codes,
        )
        if session.patient.contradicts(patient):
            raise _mismatch(session, patient, now_ms)
        count = self.counters.prepare(SESSIONS_OPENED, clinician.facility_id, now_ms) if opened else NO_COUNT
        with suppress(RedisError):  # the phone will be served from DynamoDB
            self.fast_path.store(session, now_ms, count)
        if request.end_earlier_codes and not opened:
            self.publisher.publish(session, session_message("codes-ended", session, now_ms), now_ms)
        mobile_url = f"{origin}/capture#t={token}"
        return OpenedSession(
            token,
            mobile_url,
            _qr_svg(mobile_url),
            session.expires_at,
            session.code_series,
            self.publisher.invitation(session, ticket, now_ms),
            session.patient.document(),
        )

    def _patient(self, key: str, request: OpenRequest, now_ms: int) -> Patient:
        """Return the patient as the directory knows them, or as the request says while it does not.

        Raises PatientMismatchError, before it adds to the directory somebody for whom the session would be refused.
        """
        facility_id = request.facility_id
        link = Link(request.patient_id, request.patient_name or None, request.patient_nhi or None)
        intake = self.intake()
        known = intake.find(facility_id, link)
        if known is None and link.name and not request.renew:
            session, asked = self.repository.find_stored(key), Patient(link.patient_id, link.name, link.nhi)
            if session and session.binds(now_ms) and session.patient.contradicts(asked):
                record_id = session.patient.record_id
                if record_id is None or not intake.means(facility_id, link, record_id):
                    raise _mismatch(session, asked, now_ms)
            known = intake.find_or_add(facility_id, link, now_ms)
        if known is None:
            return Patient(link.patient_id, link.name, link.nhi)
        return Patient(known.external_id or known.patient_id, known.name, known.nhi or link.nhi, known.patient_id)

    def issue_ticket(self, clinician: Clinician, encounter_id: str, now_ms: int) -> InvitationDocument:
        """Return a new invitation to watch the session. Raises SessionNotFoundError."""
        key = session_key(self.pseudonym_key, clinician.facility_id, encounter_id)
        ticket, stored = new_token(key, self.randomness)
        admitted = Ticket(
            stored.digest, now_ms + self.ticket_life_ms, Subscriber(clinician.user_id, clinician.family_id)
        )
        session = self.session_access.admit_ticket(key, admitted, now_ms)
        return self.publisher.invitation(session, ticket, now_ms)

    def end(self, clinician: Clinician, encounter_id: str, now_ms: int) -> None:
        """End the session for everyone. Raises SessionNotFoundError."""
        key = session_key(self.pseudonym_key, clinician.facility_id, encounter_id)
        session = self.repository.end(key, now_ms, user(clinician.user_id))
        with suppress(RedisError):  # DynamoDB already rejects further photos
            self.fast_path.end(session)
        self.publisher.publish(session, session_message("session-ended", session, now_ms), now_ms)


def _mismatch(session: Session, asked: Patient, now_ms: int) -> PatientMismatchError:
    what = "an open session for" if session.alive(now_ms) else "photos of"
    return PatientMismatchError(f"This encounter has {what} another patient.", session.patient.facts(), asked.facts())


def _qr_svg(text: str) -> str:
    """Return the QR code of `text`, with medium error correction, as a scalable SVG."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", border=2, xmldecl=False, svgns=True, omitsize=True, dark="#000", light="#fff"
    )
    return out.getvalue().decode()
