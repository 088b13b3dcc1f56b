"""Launches from records: the record says who opened us, and the facility has said who that is here."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from bedside.commits.errors import LaunchRefusedError, LaunchUnknownPersonError
from bedside.commits.launches.launch import LAUNCH_LIFE_MS, Launch, TakenLaunch
from bedside.commits.launches.repository import LaunchRepository
from bedside.commits.launches.representation import LaunchContextDocument, LaunchDocument
from bedside.commits.launches.requests import CompletionRequest, LaunchRequest
from bedside.commits.record_targets.repository import TargetRepository
from bedside.commits.record_targets.target import FhirSettings
from bedside.identity.audit import Entry
from bedside.identity.person import Person
from bedside.identity.principal import Scope
from bedside.identity.token_pair import TokenPair
from bedside.kernel.errors import UnavailableError
from bedside.ports.launches import LaunchContext, LaunchedPatient, LaunchSecrets, RecordLaunchError

_BEGIN_AGAIN: Final = "Open Bedside from the record again."


class LaunchingRecord(Protocol):
    """One record from which we are launched. Raises RecordLaunchError, UnavailableError."""

    def authorize_url(self, launch: str, secrets: LaunchSecrets) -> str: ...

    def exchange(self, code: str, secrets: LaunchSecrets) -> LaunchContext: ...

    def patient(self, context: LaunchContext) -> LaunchedPatient | None: ...


class People(Protocol):
    """Finds people. Raises UnavailableError."""

    def find(self, scope: Scope, user_id: str) -> Person | None: ...


class SignIns(Protocol):
    """Signs people in without a code. Raises DeactivatedError, UnavailableError."""

    def sign_in(self, person: Person, now_ms: int, user_agent: str = "") -> TokenPair: ...


@dataclass(frozen=True, slots=True)
class LaunchCaller:
    """The browser that completes a launch: its IP address, and what it calls itself."""

    address: str
    agent: str


@dataclass(frozen=True, slots=True)
class Launches:
    """Begins and completes launches; `connect` returns the record of some settings, for pages of an origin.

    `note` adds an entry to the audit trail. Raises UnavailableError.
    """

    repository: LaunchRepository
    targets: TargetRepository
    people: People
    sign_ins: Callable[[], SignIns]
    note: Callable[[Entry, int], None]
    connect: Callable[[FhirSettings, str], LaunchingRecord]
    random: Callable[[], str] = secrets.token_urlsafe

    def begin(self, request: LaunchRequest, origin: str, now_ms: int) -> LaunchDocument:
        """Begin a launch, which has ten minutes. Raises LaunchRefusedError, UnavailableError."""
        record, _ = self._record(request.facility_id, origin, request.iss)
        state, browser = self.random(), self.random()
        launch = Launch(
            request.facility_id, self.random(), self.random() + self.random(), browser, now_ms + LAUNCH_LIFE_MS
        )
        try:
            url = record.authorize_url(request.launch, LaunchSecrets(state, launch.nonce, launch.verifier))
        except RecordLaunchError as error:
            raise LaunchRefusedError(error.detail) from error
        self.repository.add(launch, state)
        return {"authorizeUrl": url, "browser": browser}

    def complete(
        self, request: CompletionRequest, origin: str, now_ms: int, caller: LaunchCaller
    ) -> tuple[TokenPair, LaunchContextDocument]:
        """Sign the person in who launched us, and return what they had open. Each launch can be completed once.

        Raises LaunchRefusedError, LaunchUnknownPersonError, DeactivatedError; or UnavailableError, after which the same
        can be tried again while the record has not answered.
        """
        launch = self.repository.take(request.state, request.browser, now_ms)
        if launch is None:
            raise LaunchRefusedError(_BEGIN_AGAIN)
        record, name = self._record(launch.facility_id, origin)
        try:
            context = record.exchange(request.code, LaunchSecrets(request.state, launch.nonce, launch.verifier))
            patient = record.patient(context)
        except RecordLaunchError as error:
            raise LaunchRefusedError(error.detail) from error
        except UnavailableError:
            # The record takes a code once, so nothing is exchanged twice.
            self.repository.give_back(request.state)
            raise
        person = self._person(launch, context, name)
        # First, so that the record signs nobody in without a trace.
        self.note(_entry(launch, context, person, caller.address), now_ms)
        pair = self.sign_ins().sign_in(person, now_ms, caller.agent)
        return pair, {
            "facilityId": launch.facility_id,
            "encounterId": context.encounter_id,
            "patientId": context.patient_id,
            "patientName": patient.name if patient else None,
            "patientNHI": patient.nhi if patient else None,
        }

    def _record(self, facility_id: str, origin: str, iss: str | None = None) -> tuple[LaunchingRecord, str]:
        """Return a facility's record with its name, if it launches us, and is the one that says so."""
        target = self.targets.find(facility_id)
        settings = target.settings if target else None
        if target is None or not isinstance(settings, FhirSettings) or not settings.launch_client_id:
            raise LaunchRefusedError("The facility's record cannot open Bedside yet.")
        if iss is not None and iss.rstrip("/") != settings.base_url:
            raise LaunchRefusedError("This is not the facility's record.")
        return self.connect(settings, origin), target.name

    def _person(self, launch: TakenLaunch, context: LaunchContext, record: str) -> Person:
        user_id = self.repository.ties(launch.facility_id).of(record).people.get(context.practitioner_id)
        person = self.people.find(Scope(launch.facility_id), user_id) if user_id else None
        if person is None or not person.verified_clinician:
            called = context.practitioner_id
            raise LaunchUnknownPersonError(
                f"Ask an administrator of your facility to connect you: its record calls you {called}.", called
            )
        return person


def _entry(launch: TakenLaunch, context: LaunchContext, person: Person, origin: str) -> Entry:
    """Return the audit trail's entry: who was signed in, and as which practitioner the record knows them."""
    practitioner = f"Practitioner/{context.practitioner_id}"
    return Entry("launch", person.user_id, person.user_id, launch.facility_id, origin, after=practitioner)
