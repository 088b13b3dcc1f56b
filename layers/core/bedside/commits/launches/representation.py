"""Launches and ties as answers have them."""

from typing import Literal, TypedDict

from bedside.identity.representation import TokenPairDocument


class LaunchDocument(TypedDict):
    """Where the browser goes next, and the secret that it shows when it is back."""

    authorizeUrl: str
    browser: str


class LaunchContextDocument(TypedDict):
    """What was open in the record; ids are the record's, and null where it did not say."""

    facilityId: str
    encounterId: str | None
    patientId: str | None
    patientName: str | None
    patientNHI: str | None


class LaunchedDocument(TypedDict):
    """A sign-in of the person whom the facility has tied to the practitioner, with what was open in the record."""

    signIn: TokenPairDocument
    context: LaunchContextDocument


class ContextDocument(TypedDict):
    """A launch of ALEX, which is being read, or was; `context` is null unless it is ready."""

    contextId: str
    state: Literal["running", "ready", "failed"]
    context: LaunchContextDocument | None


class TieDocument(TypedDict):
    practitionerId: str
    userId: str


class TiesDocument(TypedDict):
    """A facility's people who are practitioners of its record; ETag is the version, 0 before the first."""

    facilityId: str
    people: list[TieDocument]
