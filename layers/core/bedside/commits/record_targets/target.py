"""A facility's record as its administrators have set it up, without secrets. No I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from bedside.commits.targets import FacilityTarget
from bedside.identity.facility import LONGEST_COMMITTED_PHOTO_DAYS
from bedside.ports.records import Finding, Rendition

type CheckState = Literal["running", "passed", "failed"]
type Settings = FhirSettings | AlexSettings | DownloadSettings

# A photo of a phone at this size is sharp at the full width of a page. Two of them fit into one answer of a record.
_MAX_EDGE_PX: Final = 2400
_FHIR_BYTES: Final = 3_000_000
# ALEX takes less than 8 MB, and sends back what it got.
_ALEX_BYTES: Final = 4_000_000
_DOWNLOAD_BYTES: Final = 12_000_000
# How long a test may take before another one can be asked for: more than the committer's function may run.
CHECK_LIFE_MS: Final = 120_000


@dataclass(frozen=True, slots=True)
class FhirSettings:
    """A FHIR server. `token_url` and `scope` are empty where the server itself tells them.

    It can open Bedside if it knows us as an app, by `launch_client_id`.
    """

    base_url: str
    client_id: str
    version: Literal["R4", "R5"] = "R4"
    token_url: str = ""
    scope: str = ""
    photos: Literal["documentReference", "media"] = "documentReference"
    format: Literal["jpeg", "pdf"] = "jpeg"
    algorithm: Literal["ES384", "RS384"] = "ES384"
    launch_client_id: str = ""

    kind: Literal["fhir"] = "fhir"

    @property
    def rendition(self) -> Rendition:
        return Rendition(self.format, _FHIR_BYTES, _MAX_EDGE_PX, banner=self.format == "pdf")


@dataclass(frozen=True, slots=True)
class AlexSettings:
    """ALEX behind a relay at `base_url`; `facility` is the facility's id there."""

    base_url: str
    token_url: str
    client_id: str
    scope: str
    facility: str
    format: Literal["tiff", "pdf"] = "tiff"

    kind: Literal["alex"] = "alex"

    @property
    def rendition(self) -> Rendition:
        # What clinicians see in their inbox is the page alone.
        return Rendition(self.format, _ALEX_BYTES, _MAX_EDGE_PX, banner=True)


@dataclass(frozen=True, slots=True)
class DownloadSettings:
    """No connection: signed bundles to download."""

    kind: Literal["download"] = "download"

    @property
    def rendition(self) -> Rendition:
        return Rendition("jpeg", _DOWNLOAD_BYTES, 4 * _MAX_EDGE_PX, banner=False)


@dataclass(frozen=True, slots=True)
class Check:
    """The latest test of the connection, of these settings, and what it found."""

    state: CheckState
    at: int
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """The record of a facility. `version` counts changes of the settings.

    `name` stays while documents go to the same place: a file that may have arrived there is looked for nowhere else.
    `secret_id` names what proves us there, in the store of secrets; `public_key` (JWK) is what the record knows of it.
    """

    facility_id: str
    name: str
    settings: Settings
    secret_id: str
    version: int
    changed_at: int
    changed_by: str
    public_key: Mapping[str, str] | None = None
    check: Check | None = None

    @property
    def place(self) -> tuple[str, ...]:
        """Where documents go."""
        return place(self.settings)

    def for_facility(self, kept_days: int) -> FacilityTarget:
        """Return what everybody at the facility may know.

        People take bundles over by hand, so those photos stay here as long as any do.
        """
        days = LONGEST_COMMITTED_PHOTO_DAYS if self.settings.kind == "download" else kept_days
        return FacilityTarget(self.name, self.settings.kind, self.settings.rendition, days)

    def checking(self, now_ms: int) -> bool:
        """Return whether a test is under way."""
        return bool(self.check and self.check.state == "running" and now_ms < self.check.at + CHECK_LIFE_MS)


def place(settings: Settings) -> tuple[str, ...]:
    """Return where documents go: what is sent to one place cannot be searched for at another."""
    match settings:
        case FhirSettings():
            return (settings.kind, settings.base_url)
        case AlexSettings():
            return (settings.kind, settings.base_url, settings.facility)
        case DownloadSettings():
            return (settings.kind,)


def told(settings: Settings) -> str:
    """Return settings for the audit trail."""
    match settings:
        case FhirSettings():
            return f"fhir {settings.version} at {settings.base_url}, {settings.photos} as {settings.format}"
        case AlexSettings():
            return f"alex at {settings.base_url}, facility {settings.facility}, as {settings.format}"
        case DownloadSettings():
            return "download"


def finding_items(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Return findings as they are stored, and as answers have them."""
    return [{"step": each.step, "ok": each.ok, **({"detail": each.detail} if each.detail else {})} for each in findings]
