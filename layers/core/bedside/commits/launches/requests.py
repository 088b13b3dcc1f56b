"""What pages send about launches, and administrators about the people of a record."""

from typing import Annotated

from pydantic import Field, StringConstraints

from bedside.kernel.wire import Identifier, Wire

_Opaque = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,4000}$")]
PractitionerId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.-]{1,64}$")]
MOST_PEOPLE = 500


class LaunchRequest(Wire):
    """What a record opens our page with: its base URL and a launch of its own."""

    facility_id: Identifier
    iss: Annotated[str, StringConstraints(max_length=300)]
    launch: _Opaque


class CompletionRequest(Wire):
    """What the record sends the browser back with, and the secret that the browser got when it began."""

    state: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{20,100}$")]
    code: _Opaque
    browser: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{20,100}$")]


class ContextRequest(Wire):
    """What ALEX opens our page with."""

    context: Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,2000}$")]
    signature: Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,2000}$")]


class TieRequest(Wire):
    practitioner_id: PractitionerId
    user_id: Identifier


class TiesRequest(Wire):
    """All people of a facility who are practitioners of its record."""

    people: Annotated[list[TieRequest], Field(max_length=MOST_PEOPLE)]
