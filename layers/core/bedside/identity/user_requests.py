"""What administrators ask for about a person."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from bedside.kernel.wire import Identifier, LongText, ShortText, Wire

Role = Literal["patient", "clinician", "facilityAdmin", "systemAdmin"]
Roles = Annotated[list[Role], Field(min_length=1, max_length=4)]
Reason = Annotated[LongText, Field(min_length=1)]


def _as_decision(value: object) -> object:
    """Accept the past tense as well, because callers use both."""
    return {"approved": "approve", "rejected": "reject"}.get(value, value) if isinstance(value, str) else value


Decision = Annotated[Literal["approve", "reject"], BeforeValidator(_as_decision)]


class CreateRequest(Wire):
    """A person to add; `phone` may be as dialled within the facility's country."""

    phone: str
    display_name: ShortText | None = None
    roles: Roles
    facility_id: Identifier


class RolesRequest(Wire):
    roles: Roles


class NameRequest(Wire):
    display_name: Annotated[ShortText, Field(min_length=1)]


class ActiveRequest(Wire):
    active: bool


class ForceRequest(Wire):
    user_id: str
    reason: Reason


class ReviewRequest(Wire):
    user_id: str
    decision: Decision
    reason: LongText | None = None
