"""What callers send and get, as pydantic models: the contract's own fields."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from benchmarks.peers.wire import Identifier, LongText, ShortText, Wire

Role = Literal["patient", "clinician", "facilityAdmin", "systemAdmin"]
Roles = Annotated[list[Role], Field(min_length=1, max_length=4)]


class OpenRequest(Wire):
    encounter_id: Identifier
    patient_id: Identifier
    facility_id: Identifier
    patient_name: ShortText | None = None
    patient_nhi: ShortText | None = Field(default=None, alias="patientNHI")


class WebhookEvent(Wire):
    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:~-]{0,127}$")]
    type: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:~-]{0,127}$")]
    timestamp: datetime
    data: dict[str, Any]


class Received(Wire):
    received: bool


class Live(Wire):
    url: str
    ticket: str


class SessionPatient(Wire):
    patient_id: str
    patient_name: str | None = None
    patient_nhi: str | None = Field(default=None, serialization_alias="patientNHI")
    record_id: str


class Opened(Wire):
    token: str
    mobile_url: str
    qr_svg: str
    expires_in: int
    session_expires_at: str
    live: Live
    patient: SessionPatient


class Scanned(Wire):
    encounter_id: str
    patient_id: str
    facility_id: str
    patient_name: str | None = None
    patient_nhi: str | None = Field(default=None, serialization_alias="patientNHI")
    phone: "KnownPhone"
    consent: None = None
    upload_token: str
    max_images: int
    image_count: int
    expires_at: int
    server_time: str

    @model_serializer(mode="wrap")
    def _known(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: value for name, value in write(self).items() if value is not None or name == "consent"}


class KnownPhone(Wire):
    name: str
    words: str


class Phone(KnownPhone):
    phone_id: str
    standing: str
    at: int


class TicketRequest(Wire):
    encounter_id: Identifier


class StatusRequest(Wire):
    encounter_id: Identifier
    phone_id: Identifier
    unsent: int = Field(ge=0, le=100)


class Status(Wire):
    image_count: int
    committed_count: int = 0
    consent: None = None
    server_time: str


class UploadRequest(Wire):
    encounter_id: Identifier
    image_id: Identifier
    content_type: str
    content_length: int = Field(ge=1)
    sha256: str = Field(max_length=64)


class Granted(Wire):
    upload_url: str
    s3_key: str
    headers: dict[str, str]
    expires_at: int


class Laterality(Wire):
    code: Literal["left", "right", "bilateral", "na"]
    display: ShortText


class BodySite(Wire):
    code: Identifier
    display: ShortText


class Metadata(Wire):
    laterality: Laterality | None = None
    body_site: BodySite | None = None
    notes: LongText | None = None

    def onto(self, current: dict[str, Any]) -> dict[str, Any]:
        """Return the metadata with these changes: null removes a field."""
        merged = {**current, **self.model_dump(exclude_unset=True, by_alias=True)}
        return {name: value for name, value in merged.items() if value is not None}


class NotifyRequest(Wire):
    encounter_id: Identifier
    s3_key: str = Field(max_length=1024)
    metadata: Metadata | None = None


class Arrived(Wire):
    success: bool = True
    image_id: str
    image_count: int
    sequence: int


class DescribeRequest(Wire):
    metadata: Metadata


class Image(Wire):
    image_id: str
    s3_key: str
    download_url: str
    expires_at: int
    metadata: dict[str, Any]
    taken_at: int
    taken_order: int
    edits_version: int = 0
    uploaded_at: int
    sequence: int
    revision: int
    vanishes_at: int | None = None
    kept: bool = False
    commit_id: str | None = None
    committed: bool = False


class Images(Wire):
    images: list[Image]
    state: str | None = None
    ended_at: int | None = None
    photo_retention_days: int | None = None
    sequence: int | None = None
    revision: int | None = None
    session_created_at: int | None = None
    last_activity: int | None = None
    patient_id: str | None = None
    facility_id: str | None = None
    unsent_photos: int | None = None
    phones: list[Phone] = Field(default_factory=list)
    consent: None = None
    order: list[str] = Field(default_factory=list)
    order_version: int = 0


class Deleted(Wire):
    success: bool = True
    image_count: int


class SendRequest(Wire):
    phone: str


class Sent(Wire):
    phone: str
    expires_in: int
    resend_after: int


class VerifyRequest(Wire):
    phone: str
    otp: str = Field(pattern=r"^[0-9]{6}$")


class RefreshRequest(Wire):
    refresh_token: str


class User(Wire):
    user_id: str
    phone: str
    display_name: str | None
    roles: list[str]
    facility_id: str | None
    facility_name: str | None
    facility_time_zone: str | None = None
    verification: str
    locked: bool
    locked_until: str | None
    created_at: str | None
    last_sign_in_at: str | None
    deactivated_at: str | None
    invited_at: str | None
    removable: bool

    @model_serializer(mode="wrap")
    def _zoned(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        zone = {"facilityTimeZone", "facility_time_zone"}
        return {name: value for name, value in write(self).items() if name not in zone or value is not None}


class Pair(Wire):
    access_token: str
    refresh_token: str
    expires_in: int
    user: User


class SignIn(Pair):
    device_token: str


class Users(Wire):
    users: list[User]
    cursor: str | None


class CreateRequest(Wire):
    phone: str
    roles: Roles
    facility_id: Identifier


class RolesRequest(Wire):
    roles: Roles


class Step(Wire):
    at: str
    cause: str
    source: str = Field(alias="from")
    target: str = Field(alias="to")
    by: str


class Consent(Wire):
    at: str
    by: str
    decision: str


class Visit(Wire):
    visit_id: str
    facility_id: str
    patient_id: str
    practitioner_id: str
    patient_name: str | None
    practitioner_name: str | None
    patient_record_id: str | None = None
    starts_at: str
    duration_minutes: int
    sequence: int
    audio_only: dict[str, str]
    state: str
    present: list[str]
    left: list[str]
    did_not_show: list[str]
    waiting_since: str | None
    no_show_at: str | None
    started_at: str | None
    warning_at: str | None
    limit_at: str | None
    return_by: str | None
    ended_at: str | None
    outcome: str | None
    server_time: str
    recording_consent: str = "none"
    notes_state: str = "none"
    recording: bool | None = None
    history: list[Step]
    consents: list[Consent] = Field(default_factory=list)

    @model_serializer(mode="wrap")
    def _single(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out whether it is recorded, unless a single visit is read, and the record of a patient without one."""
        left_out = {"recording", "patientRecordId", "patient_record_id"}
        return {name: value for name, value in write(self).items() if name not in left_out or value is not None}


class Health(Wire):
    status: str
    redis: str
    version: str
    timestamp: str
