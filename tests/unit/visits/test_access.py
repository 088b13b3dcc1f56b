"""Who may do what with a visit."""

from itertools import product

import pytest

from bedside.identity.principal import Principal
from bedside.kernel.errors import ForbiddenError
from bedside.visits.access import party_of, require_practitioner, require_visible, staff_facility
from bedside.visits.errors import VisitNotFoundError
from tests.unit.visits.life import BOOKED

ROLES = ("patient", "clinician", "facilityAdmin", "systemAdmin")


def who(user_id: str, facility: str | None, *roles: str, verified: bool = True) -> Principal:
    return Principal(user_id, "f", facility, roles, verified and "clinician" in roles)


def outcome(act: object, person: Principal) -> str:
    try:
        return str(act(BOOKED, person) and "allowed")  # type: ignore[operator]  # one of the three
    except VisitNotFoundError:
        return "hidden"
    except ForbiddenError:
        return "forbidden"


@pytest.mark.parametrize(
    ("person", "sees", "takes_part", "practises"),
    [
        (who("practitioner", "FAC001", "clinician"), "allowed", "allowed", "allowed"),
        (who("patient", "FAC001", "patient"), "allowed", "allowed", "forbidden"),
        (who("patient", None, "patient"), "allowed", "allowed", "forbidden"),
        (who("other", "FAC001", "clinician"), "allowed", "forbidden", "forbidden"),
        (who("other", "FAC001", "facilityAdmin"), "allowed", "forbidden", "forbidden"),
        # Somebody who is not verified any more, or works elsewhere now, has lost it.
        (who("practitioner", "FAC001", "clinician", verified=False), "hidden", "hidden", "hidden"),
        (who("practitioner", "FAC002", "clinician"), "hidden", "hidden", "hidden"),
        (who("practitioner", "FAC001", "facilityAdmin"), "allowed", "forbidden", "forbidden"),
        (who("other", "FAC001", "patient"), "hidden", "hidden", "hidden"),
        (who("other", "FAC002", "clinician"), "hidden", "hidden", "hidden"),
        (who("other", None, "systemAdmin"), "hidden", "hidden", "hidden"),
        (who("other", None, "facilityAdmin"), "hidden", "hidden", "hidden"),
    ],
)
def test_who_may_do_what(person: Principal, sees: str, takes_part: str, practises: str) -> None:
    """Whoever may not see it learns nothing."""
    assert [outcome(act, person) for act in (require_visible, party_of, require_practitioner)] == [
        sees,
        takes_part,
        practises,
    ]


def test_nobody_without_a_facility_works_anywhere() -> None:
    """Whatever their roles."""
    for one, other in product(ROLES, ROLES):
        assert staff_facility(who("u", None, one, other)) is None
