"""Facilities' targets as answers have them: never with a secret."""

from typing import Any, Literal, NotRequired, TypedDict, cast

from bedside.commits.record_targets.target import AlexSettings, Check, FhirSettings, Target, finding_items
from bedside.kernel.instants import iso


class PublicKeyDocument(TypedDict):
    """A public key as records register it (RFC 7517)."""

    kty: str
    kid: str
    alg: str
    use: str
    crv: NotRequired[str]
    x: NotRequired[str]
    y: NotRequired[str]
    n: NotRequired[str]
    e: NotRequired[str]


class FhirDocument(TypedDict):
    baseUrl: str
    clientId: str
    version: Literal["R4", "R5"]
    tokenUrl: str | None
    scope: str | None
    photos: Literal["documentReference", "media"]
    format: Literal["jpeg", "pdf"]
    algorithm: Literal["ES384", "RS384"]
    launchClientId: str | None


class AlexDocument(TypedDict):
    baseUrl: str
    tokenUrl: str
    clientId: str
    scope: str
    facility: str
    format: Literal["tiff", "pdf"]


class FindingDocument(TypedDict):
    """What one step of a test found; `detail` is for operators, in English."""

    step: str
    ok: bool
    detail: NotRequired[str]


class CheckDocument(TypedDict):
    """The latest test of the connection; a test that takes too long has failed."""

    state: Literal["running", "passed", "failed"]
    at: str
    findings: list[FindingDocument]


class TargetDocument(TypedDict):
    """A facility's record; `publicKey` is what has to be registered there, or what bundles are signed with."""

    kind: Literal["fhir", "alex", "download"]
    fhir: NotRequired[FhirDocument]
    alex: NotRequired[AlexDocument]
    publicKey: PublicKeyDocument | None
    changedAt: str
    check: CheckDocument | None


class FacilityTargetDocument(TypedDict):
    """The record of a facility, or null if it has none; ETag is its version, which is 0 then."""

    facilityId: str
    target: TargetDocument | None


def facility_target_document(facility_id: str, target: Target | None, now_ms: int) -> FacilityTargetDocument:
    """Return a facility's target."""
    return {"facilityId": facility_id, "target": _target(target, now_ms) if target else None}


def _target(target: Target, now_ms: int) -> TargetDocument:
    document: TargetDocument = {
        "kind": target.settings.kind,
        "publicKey": cast("PublicKeyDocument", dict(target.public_key)) if target.public_key else None,
        "changedAt": iso(target.changed_at),
        "check": _check(target.check, target, now_ms) if target.check else None,
    }
    settings = target.settings
    if isinstance(settings, FhirSettings):
        document["fhir"] = {
            "baseUrl": settings.base_url,
            "clientId": settings.client_id,
            "version": settings.version,
            "tokenUrl": settings.token_url or None,
            "scope": settings.scope or None,
            "photos": settings.photos,
            "format": settings.format,
            "algorithm": settings.algorithm,
            "launchClientId": settings.launch_client_id or None,
        }
    if isinstance(settings, AlexSettings):
        document["alex"] = {
            "baseUrl": settings.base_url,
            "tokenUrl": settings.token_url,
            "clientId": settings.client_id,
            "scope": settings.scope,
            "facility": settings.facility,
            "format": settings.format,
        }
    return document


def _check(check: Check, target: Target, now_ms: int) -> CheckDocument:
    lost = check.state == "running" and not target.checking(now_ms)
    findings: list[Any] = finding_items(check.findings)
    return {"state": "failed" if lost else check.state, "at": iso(check.at), "findings": findings}
