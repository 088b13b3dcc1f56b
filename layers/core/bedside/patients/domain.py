"""Manifest of the patients domain: the directory of a facility's patients."""

from bedside.patients.limits import PATIENT_CREATE, PATIENT_SEARCH, PATIENTS
from bedside.platform.contract import Degraded, Domain, Route

_PATIENT = "representation.PatientDocument"
_LIMITED = Degraded("rate limit", ("process",), "Patients are in DynamoDB only. The limit stops runaway pages.")
_STAFF = ("forbidden", "not-verified")

DOMAIN = Domain(
    name="patients",
    summary="The directory of a facility's patients",
    wiring="wiring.PatientsWiring",
    routes=(
        Route(
            "POST",
            "/patients",
            summary="Add a patient to the caller's facility",
            caller="signedIn",
            body="requests.NewPatientRequest",
            answers={201: _PATIENT},
            problems=(*_STAFF, "duplicate-identifier"),
            limit=PATIENT_CREATE,
            idempotent=True,
            degraded=_LIMITED,
        ),
        Route(
            "GET",
            "/patients",
            summary="Find patients of the caller's facility by parts of names, numbers and date of birth, or list all",
            caller="signedIn",
            query="requests.PatientSearchRequest",
            answers={200: "representation.PatientListDocument"},
            problems=_STAFF,
            limit=PATIENT_SEARCH,
            degraded=_LIMITED,
        ),
        Route(
            "GET",
            "/patients/{patientId}",
            summary="Read a patient",
            caller="signedIn",
            answers={200: "representation.PatientRecordDocument"},
            problems=(*_STAFF, "patient-not-found"),
            limit=PATIENTS,
            version="answered",
            degraded=_LIMITED,
        ),
        Route(
            "PATCH",
            "/patients/{patientId}",
            summary="Change some of what is known of a patient",
            caller="signedIn",
            body="requests.PatientChangeRequest",
            answers={200: _PATIENT},
            problems=(*_STAFF, "patient-not-found", "duplicate-identifier"),
            limit=PATIENTS,
            version="required",
            degraded=_LIMITED,
        ),
        Route(
            "PUT",
            "/patients/{patientId}/person",
            summary="Tie a patient to the person of the facility who signs in with the patient's phone number",
            caller="signedIn",
            answers={200: _PATIENT},
            problems=(*_STAFF, "patient-not-found", "user-not-found", "duplicate-identifier", "invalid-request"),
            limit=PATIENTS,
            version="required",
            degraded=_LIMITED,
        ),
        Route(
            "DELETE",
            "/patients/{patientId}/person",
            summary="Untie a patient from the person who signs in for them",
            caller="signedIn",
            answers={200: _PATIENT},
            problems=(*_STAFF, "patient-not-found", "invalid-request"),
            limit=PATIENTS,
            version="required",
            degraded=_LIMITED,
        ),
    ),
)
