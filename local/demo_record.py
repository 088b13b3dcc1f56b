"""Connects the demo's facility to the stand-in for a record of FHIR R4, so that what is committed arrives there."""

from collections.abc import Mapping

import httpx

from local.demo import Enrolled
from local.demo_people import PEOPLE
from local.ehr.app import Ehr

CLIENT, APP = "bedside", "bedside-app"
_NHI = "https://standards.digital.health.nz/ns/nhi-id"
PRACTITIONER = "prac-1"
_KNOWN = (
    {
        "resourceType": "Patient",
        "id": "PAT-2002",
        "name": [{"use": "official", "given": ["Aroha"], "family": "Ngata"}],
        "identifier": [{"system": _NHI, "value": "ZZZ0016"}],
    },
    {
        "resourceType": "Patient",
        "id": "PAT-2003",
        "name": [{"text": next(person.name for person in PEOPLE if person.key == "patient")}],
        "identifier": [{"system": _NHI, "value": "ZBN77VL"}],
        "birthDate": "1990-08-15",
    },
    {
        "resourceType": "Encounter",
        "id": "ENC-1001",
        "status": "in-progress",
        "class": {"code": "AMB"},
        "subject": {"reference": "Patient/PAT-2002"},
    },
    {"resourceType": "Practitioner", "id": PRACTITIONER},
)


def connect(http: httpx.Client, people: Mapping[str, Enrolled], ehr: Ehr, origin: str) -> bool:
    """Set the record up, and its clinician; returns whether that worked."""
    record, facility_id = ehr.records["r4"], next(each.facility_id for each in PEOPLE if each.key == "clinician")
    for each in _KNOWN:
        record.add(each)
    record.launches.apps[APP] = {f"{origin}/launch"}
    headers = {"Authorization": f"Bearer {people['systemAdmin'].token}", "If-Match": '"0"'}
    settings = {"baseUrl": record.base_url, "clientId": CLIENT, "launchClientId": APP}
    saved = http.put(f"/admin/record-targets/{facility_id}", json={"kind": "fhir", "fhir": settings}, headers=headers)
    if saved.status_code != httpx.codes.OK:
        return False
    record.sign_in.register(CLIENT, jwks=[saved.json()["target"]["publicKey"]])
    tied = [{"practitionerId": PRACTITIONER, "userId": people["clinician"].user_id}]
    answer = http.put(f"/admin/record-people/{facility_id}", json={"people": tied}, headers=headers)
    return answer.status_code == httpx.codes.OK
