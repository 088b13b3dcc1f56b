"""/patients/*: the directory of a facility's patients."""

from bedside.identity.principal import Principal
from bedside.patients.domain import DOMAIN
from bedside.patients.representation import PatientDocument
from bedside.patients.requests import NewPatientRequest, PatientChangeRequest, PatientSearchRequest
from bedside.patients.wiring import PatientsWiring
from bedside.platform.api import Api, Call
from bedside.platform.http import Answer
from bedside.platform.wiring import Platform

wiring = Platform().domain(PatientsWiring)
api = Api(DOMAIN, lambda: wiring.platform, lambda: wiring.identity.authenticator)


@api.serves("POST /patients")
def create(call: Call[Principal, NewPatientRequest]) -> Answer:
    key = call.header("idempotency-key")

    def work() -> PatientDocument:
        return wiring.directory.create(call.caller, call.body, key, call.now_ms)

    return Answer(201, wiring.platform.once(call.caller.user_id, key, call.body, work))


@api.serves("GET /patients")
def list_patients(call: Call[Principal, None, PatientSearchRequest]) -> Answer:
    return Answer(200, wiring.directory.list_patients(call.caller, call.query, call.now_ms))


@api.serves("GET /patients/{patientId}")
def read(call: Call[Principal]) -> Answer:
    document, version = wiring.directory.get(call.caller, call.path("patientId"), call.now_ms)
    return Answer(200, document, version)


@api.serves("PATCH /patients/{patientId}")
def change(call: Call[Principal, PatientChangeRequest]) -> Answer:
    patient_id, seen = call.path("patientId"), call.header("if-match")
    document, version = wiring.directory.change(call.caller, patient_id, call.body, seen, call.now_ms)
    return Answer(200, document, version)


@api.serves("PUT /patients/{patientId}/person")
def tie(call: Call[Principal]) -> Answer:
    seen = call.header("if-match")
    document, version = wiring.ties.tie(call.caller, call.path("patientId"), seen, call.now_ms)
    return Answer(200, document, version)


@api.serves("DELETE /patients/{patientId}/person")
def untie(call: Call[Principal]) -> Answer:
    seen = call.header("if-match")
    document, version = wiring.ties.untie(call.caller, call.path("patientId"), seen, call.now_ms)
    return Answer(200, document, version)


lambda_handler = api.handler()
