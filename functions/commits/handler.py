"""/record/capabilities, /session/*/commit*, /visits/*/notes/commit*: what clinicians commit to the patient's record."""

from dataclasses import replace

from bedside.commits.domain import DOMAIN
from bedside.commits.notes.requests import ResolveNotesRequest
from bedside.commits.representation import CommitDocument
from bedside.commits.requests import CommitRequest, ResolveRequest
from bedside.commits.second_tries import FilePath
from bedside.commits.wiring import CommitsWiring
from bedside.identity.principal import Clinician, Principal
from bedside.platform.api import Api, Call
from bedside.platform.http import Answer
from bedside.platform.wiring import Platform

wiring = Platform().domain(CommitsWiring)
api = Api(DOMAIN, lambda: wiring.platform, lambda: wiring.identity.authenticator)


@api.serves("GET /record/capabilities")
def capabilities(call: Call[Clinician]) -> Answer:
    return Answer(200, wiring.commits.capabilities(call.caller))


@api.serves("POST /session/{encounterId}/commit")
def commit(call: Call[Clinician, CommitRequest]) -> Answer:
    key, encounter_id = call.header("idempotency-key"), call.path("encounterId")

    def work() -> CommitDocument:
        return wiring.commits.create(_from(call), encounter_id, call.body, key, call.now_ms)

    caller = f"{call.caller.user_id}\n{encounter_id}"
    return Answer(202, wiring.platform.once(caller, key, call.body, work))


@api.serves("GET /session/{encounterId}/commits/{commitId}")
def look(call: Call[Clinician]) -> Answer:
    return Answer(200, wiring.commits.get(call.caller, call.path("encounterId"), call.path("commitId")))


@api.serves("GET /session/images/{encounterId}/{imageId}/bundle")
def bundle(call: Call[Clinician]) -> Answer:
    return Answer(200, wiring.bundles.get(call.caller, call.path("encounterId"), call.path("imageId"), call.now_ms))


@api.serves("POST /session/{encounterId}/commits/{commitId}/files/{imageId}/retry")
def retry(call: Call[Clinician]) -> Answer:
    return Answer(200, wiring.second_tries.retry(_from(call), _path(call), call.now_ms))


@api.serves("POST /session/{encounterId}/commits/{commitId}/files/{imageId}/resolve")
def resolve(call: Call[Clinician, ResolveRequest]) -> Answer:
    return Answer(200, wiring.second_tries.resolve(_from(call), _path(call), call.body, call.now_ms))


@api.serves("POST /visits/{visitId}/notes/commit")
def commit_notes(call: Call[Principal]) -> Answer:
    return Answer(202, wiring.note_commits.create(_from(call), call.path("visitId"), call.now_ms))


@api.serves("GET /visits/{visitId}/notes/commits")
def look_at_notes(call: Call[Principal]) -> Answer:
    return Answer(200, wiring.note_commits.list_files(call.caller, call.path("visitId")))


@api.serves("POST /visits/{visitId}/notes/commits/resolve")
def resolve_notes(call: Call[Principal, ResolveNotesRequest]) -> Answer:
    return Answer(200, wiring.note_commits.resolve(_from(call), call.path("visitId"), call.body, call.now_ms))


def _from[Caller: (Clinician, Principal), Body](call: Call[Caller, Body]) -> Caller:
    """Return the caller with their address, for the audit trail."""
    return replace(call.caller, origin=call.address)


def _path[Body](call: Call[Clinician, Body]) -> FilePath:
    return FilePath(call.path("encounterId"), call.path("commitId"), call.path("imageId"))


lambda_handler = api.handler()
