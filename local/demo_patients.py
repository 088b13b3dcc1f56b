"""Some patients of the demo's facility, so that the first look at the directory shows somebody."""

from collections.abc import Mapping

import httpx

from local.demo import Enrolled
from local.demo_people import PEOPLE

_OTHERS = (
    {"name": "Mere P\u0101ki-Ng\u0101ta", "dateOfBirth": "1984-03-07", "sex": "female", "phone": "+64215550164"},
    {"name": "Tama Paki", "dateOfBirth": "2019-11-21", "sex": "male"},
    {"name": "William O'Brien", "dateOfBirth": "1951-06-30", "sex": "male", "phone": "+64215550177"},
)


def add(http: httpx.Client, people: Mapping[str, Enrolled]) -> bool:
    """Add the demo's patient, for whom the person of the demo signs in, and others; returns whether that worked."""
    headers = {"Authorization": f"Bearer {people['clinician'].token}"}
    known = next(person for person in PEOPLE if person.key == "patient")
    numbers = [{"system": "nhi", "value": "ZBN77VL"}]
    hers = {
        "name": known.name,
        "dateOfBirth": "1990-08-15",
        "sex": "female",
        "phone": known.phone,
        "identifiers": numbers,
    }
    added = [
        http.post("/patients", json=patient, headers=headers | {"Idempotency-Key": f"demo-patient-{place}"})
        for place, patient in enumerate((hers, *_OTHERS))
    ]
    if any(answer.status_code != httpx.codes.CREATED for answer in added):
        return False
    path = f"/patients/{added[0].json()['patientId']}/person"
    return http.put(path, headers=headers | {"If-Match": '"1"'}).status_code == httpx.codes.OK
