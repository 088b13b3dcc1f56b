"""Some cells of the matrix in tests/functions/tenancy, made in the running product: a few of every kind of call."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import httpx
import pytest

from tests import contract
from tests.e2e.aws import Aws
from tests.e2e.people import Reception, SignedIn
from tests.functions.tenancy.estate import Capture, Estate, Facilities
from tests.functions.tenancy.inventory import Inventory, changes, take
from tests.functions.tenancy.matrix import Matrix

# Reading, changing, listing, hearing live, and what a phone may do: for whom it is, and for those who should not.
_CELLS: Final = {
    "GET /session/images/{encounterId}": ("clinician", "other clinician", "unverified clinician", "phone", "nobody"),
    "PATCH /session/images/{encounterId}/{imageId}": ("clinician", "other clinician"),
    "PUT /visits/{visitId}/notes": ("clinician", "colleague", "other clinician", "patient"),
    "PUT /users/{userId}/roles": ("admin", "other admin", "clinician"),
    "GET /admin/users": ("admin", "other admin", "nobody"),
    "GET /visits": ("clinician", "patient", "other clinician", "other patient"),
    "GET /session/waiting": ("clinician", "other clinician"),
    "GET /services": ("clinician", "patient", "other patient"),
    "POST /session/live-ticket": ("clinician", "other clinician", "other patient"),
    "POST /session/upload-token": ("clinician", "other clinician", "phone"),
    "POST /visits/live-ticket": ("clinician", "other clinician", "patient"),
    "POST /session/images": ("phone", "other encounter's phone", "other facility's phone", "clinician"),
}


@dataclass(frozen=True)
class Running:
    """The running product, in which the video provider's stand-in tells by itself what happens."""

    reception: Reception
    kept: Aws

    def enrol(self, facility: str, *roles: str, verified: bool = True) -> SignedIn:
        return self.reception.enrol(facility, *roles, verified=verified)

    def recording_begins(self, visit_id: str) -> None:
        """Nothing is to be done for it."""

    def pay(self, checkout_url: str) -> None:
        answer = self.reception.http.post(checkout_url, data={"do": "pay"})
        assert answer.status_code in {200, 303}, answer.text

    def settled(self, take: Callable[[], Inventory]) -> Inventory:
        """Return what is kept as soon as it stays the same for half a second."""
        found = take()
        while True:
            time.sleep(0.5)  # real time: nothing tells when the functions in the background are done
            last, found = found, take()
            if found == last:
                return found


@pytest.fixture(scope="module")
def facilities(stack: dict[str, Any]) -> Iterator[Facilities]:
    """Two facilities, whose people sign in once for all tests."""
    aws = Aws(stack)
    with httpx.Client(base_url=stack["apiUrl"], timeout=60, event_hooks=contract.CHECKED) as http:
        yield Facilities(Running(Reception(http, stack), aws))
    aws.close()


@pytest.mark.parametrize("call", _CELLS)
def test_call_serves_its_own_and_nobody_else(facilities: Facilities, call: str) -> None:
    """Whoever may not is refused as the contract says, and nothing changes; whoever may changes only their own."""
    matrix = Matrix(facilities, call)
    matrix.fill(_CELLS[call])
    assert not matrix.wrong, f"caller, expected, got:\n{matrix}"


def test_same_encounter_number_is_another_encounter(facilities: Facilities) -> None:
    """Both facilities have an encounter of the same number: each sees its own, and ends its own."""
    kept = facilities.world.kept
    ours = Estate(facilities).capture
    theirs = Capture(facilities.clinician("other clinician"), facilities.theirs, ours.encounter)
    assert theirs.photo != ours.photo
    assert [image["s3Key"] for image in theirs.clinician.images(theirs.encounter)] == [theirs.photo]
    before = take(kept, [facilities.ours], [])
    assert theirs.phone.notify(ours.photo).status_code == 403
    assert theirs.clinician.call("DELETE", f"/session/{ours.encounter}").status_code == 204
    assert changes(before, take(kept, [facilities.ours], [])) == {}
    assert [image["s3Key"] for image in ours.clinician.images(ours.encounter)] == [ours.photo]
