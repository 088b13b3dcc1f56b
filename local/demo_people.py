"""The people of the demo: who they are in the local stack, and under which name the stack file has their token."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DemoPerson:
    """A person to sign in as: `phone` in E.164, `key` as in the stack file, `name` as displayed."""

    key: str
    name: str
    title: str
    phone: str
    roles: tuple[str, ...]
    facility_id: str | None


# Code, name, country and time zone of the demo's facilities.
FACILITIES = (
    ("FAC001", "Kauri Street Hospital", "NZ", "Pacific/Auckland"),
    ("FAC002", "Harbour Clinic", "NZ", "Pacific/Auckland"),
)
PEOPLE = (
    DemoPerson(
        "clinician", "Dr Hana Walker", "clinician of Kauri Street Hospital", "+64215550101", ("clinician",), "FAC001"
    ),
    DemoPerson(
        "otherClinician", "Dr Tom Iversen", "clinician of Harbour Clinic", "+64215550102", ("clinician",), "FAC002"
    ),
    DemoPerson(
        "admin", "Kim Ross", "administrator of Kauri Street Hospital", "+64215550103", ("facilityAdmin",), "FAC001"
    ),
    DemoPerson("patient", "Aroha Ngata", "patient of Kauri Street Hospital", "+64215550104", ("patient",), "FAC001"),
    DemoPerson("systemAdmin", "Sam Leota", "system administrator", "+64215550105", ("systemAdmin",), None),
)
