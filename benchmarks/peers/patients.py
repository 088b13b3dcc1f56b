"""The directory of patients as far as sessions and visits need it."""

import secrets
from typing import Any

from benchmarks.peers import clients, models
from benchmarks.peers.records import ConditionFailedError, adding, together
from benchmarks.peers.refusal import Refusal


def known(request: models.OpenRequest, now: int) -> dict[str, Any]:
    """Return the patient of a request by ids, name and NHI number; adds one whom nobody knows yet."""
    key = f"external#{request.facility_id}#{request.patient_id}"
    found = _read(key)
    if found is None:
        return _add(key, request, now)
    record = _read(f"patient#{request.facility_id}#{found['patientId']}") or {}
    if request.patient_name and record["name"].casefold() != request.patient_name.casefold():
        raise Refusal(422, "invalid-request")
    nhi = next((each["value"] for each in record["identifiers"] if each["system"] == "nhi"), request.patient_nhi)
    return _facts(request, record["name"], nhi, found["patientId"])


def tied(facility_id: str, user_id: str) -> dict[str, Any] | None:
    """Return the name and id of the patient for whom a person signs in."""
    return _read(f"person#{facility_id}#{user_id}")


def _add(key: str, request: models.OpenRequest, now: int) -> dict[str, Any]:
    patient_id = secrets.token_hex(13)
    record = {
        "pk": f"patient#{request.facility_id}#{patient_id}",
        "sk": "record",
        "patientId": patient_id,
        "facilityId": request.facility_id,
        "name": request.patient_name or "",
        "identifiers": [{"system": "nhi", "value": request.patient_nhi}] if request.patient_nhi else [],
        "externalId": request.patient_id,
        "createdAt": now,
        "updatedAt": now,
        "version": 1,
    }
    unique = {"pk": key, "sk": "record", "facilityId": request.facility_id, "patientId": patient_id}
    try:
        together(clients.patients, adding(clients.patients, record), adding(clients.patients, unique))
    except ConditionFailedError:
        return known(request, now)
    return _facts(request, request.patient_name, request.patient_nhi, patient_id)


def _facts(request: models.OpenRequest, name: str | None, nhi: str | None, record_id: str) -> dict[str, Any]:
    return {"patientId": request.patient_id, "patientName": name, "patientNHI": nhi, "recordId": record_id}


def _read(pk: str) -> dict[str, Any] | None:
    item: dict[str, Any] | None = clients.patients.get_item(Key={"pk": pk, "sk": "record"}, ConsistentRead=True).get(
        "Item"
    )
    return item
