"""How many plans a patient may have at a time."""

from typing import Final

from bedside.medications.errors import TooManyPlansError
from bedside.medications.repository import PlanRepository

# Nobody takes more medicines, and each plan sends messages.
MOST_PLANS: Final = 40


def require_room(repository: PlanRepository, patient_id: str) -> None:
    """Raise TooManyPlansError if a patient has as many plans as anybody may have, but for those that have ended.

    Calls at the same moment may together pass the limit by a few. Raises UnavailableError.
    """
    there, place = 0, None
    while there < MOST_PLANS:
        plans, place = repository.list_by_patient(patient_id, place)
        there += sum(plan.state != "ended" for plan in plans)
        if place is None and there < MOST_PLANS:
            return
    raise TooManyPlansError(f"There are {MOST_PLANS} plans already. End one that is not needed any more.")
