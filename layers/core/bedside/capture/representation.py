"""Response documents of capture, as typed dictionaries, which cost nothing at run time."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, NotRequired, TypedDict, cast

from bedside.capture.phone import numbered
from bedside.capture.snomed import with_snomed
from bedside.live.publisher import InvitationDocument

if TYPE_CHECKING:
    from bedside.capture.consent import Consent
    from bedside.capture.image_downloads import DownloadableImage, ListedSession
    from bedside.capture.model import Session

__all__ = ["InvitationDocument"]


class LateralityDocument(TypedDict):
    """The side; `snomed` is its SNOMED CT code, which "na" does not have."""

    code: Literal["left", "right", "bilateral", "na"]
    display: str
    snomed: NotRequired[str]


class BodySiteDocument(TypedDict):
    """The body site; `snomed` is the SNOMED CT code of one of the common twenty."""

    code: str
    display: str
    snomed: NotRequired[str]


class ImageTypeDocument(TypedDict):
    code: Literal["overview", "close-up", "dermoscopy"]
    display: str


class MetadataDocument(TypedDict):
    laterality: NotRequired[LateralityDocument]
    bodySite: NotRequired[BodySiteDocument]
    imageType: NotRequired[ImageTypeDocument]
    notes: NotRequired[str]


class SessionPatientDocument(TypedDict):
    """The patient of a session, with name and NHI number as the directory has them, where `recordId` leads to."""

    patientId: str
    patientName: NotRequired[str]
    patientNHI: NotRequired[str]
    recordId: NotRequired[str]


class OpenedSessionDocument(TypedDict):
    """A session with a new code of it. `codeSeries` grows each time that all earlier codes were ended; absent is 0."""

    token: str
    mobileUrl: str
    qrSvg: str
    expiresIn: int
    sessionExpiresAt: str
    codeSeries: NotRequired[int]
    live: InvitationDocument
    patient: SessionPatientDocument


class ImageDocument(TypedDict):
    """An image and its download link, valid until `expiresAt`; instants in Unix ms.

    `takenAt` is when the photo was taken, or when it arrived, if the phone does not say; `takenOrder` its place among
    photos taken at the same instant; `sequence` its position in order of arrival; `editsVersion` the version of what
    is drawn on it, 0 if nothing was.
    `vanishesAt` is when the photo is deleted: null while its session is open, or it is on its way to the patient's
    record. `kept`: somebody asked to keep it. `commitId` is the commit that is taking it to the record, and `committed`
    says that it is there: either way nothing about it can be changed. `failedCommitId` is the commit that did not take
    it there, as long as no other one does: it says why, and can be tried again.
    """

    imageId: str
    s3Key: str
    downloadUrl: str
    expiresAt: int
    metadata: MetadataDocument
    takenAt: int
    takenOrder: int
    uploadedAt: int
    sequence: int
    revision: int
    vanishesAt: int | None
    kept: bool
    editsVersion: int
    commitId: str | None
    committed: bool
    failedCommitId: NotRequired[str]


class PhotographyConsentDocument(TypedDict):
    """Consent to photography, as recorded at `at` (Unix ms); `givenBy` is absent for `bestInterests`.

    `at` is its version, too; before the first, that is 0.
    """

    manner: Literal["spoken", "written", "bestInterests"]
    givenBy: NotRequired[Literal["patient", "representative"]]
    at: int


class PhoneDocument(TypedDict):
    """A phone that has scanned a code; `words` are shown on it too. `asking`: it waits until it is let in."""

    phoneId: str
    name: str
    words: str
    standing: Literal["joined", "asking", "refused"]
    at: int


class PhoneListDocument(TypedDict):
    phones: list[PhoneDocument]


class ImageListDocument(TypedDict):
    """A session's images, in the order in which they were taken; an empty list and nulls if there is no session.

    An ended session has its images until they vanish, and can be opened again until then; `patient` is whose it is.
    `photoRetentionDays` is how long the facility's photos stay after the end.
    `unsentPhotos` is how many more its phones hold, as they last reported.
    `codeSeries` grows each time that the session's earlier codes were ended: a page then needs another one.
    `phones` are those that have scanned a code since it was last opened, in this order. `consent` to photography is
    null until it is recorded, for good.
    `order` are the ids of images in the order in which clinicians have put them; others are newer, and come before.
    `orderVersion` is how often that was done.
    `damagedImages` counts the photos, if any, that arrived damaged and were set aside.
    """

    images: list[ImageDocument]
    state: Literal["open", "ended"] | None
    endedAt: int | None
    photoRetentionDays: int | None
    sequence: int | None
    revision: int | None
    sessionCreatedAt: int | None
    lastActivity: int | None
    patientId: str | None
    facilityId: str | None
    unsentPhotos: int | None
    codeSeries: NotRequired[int]
    phones: list[PhoneDocument]
    consent: PhotographyConsentDocument | None
    order: list[str] | None
    orderVersion: int | None
    damagedImages: NotRequired[int]
    patient: NotRequired[SessionPatientDocument]


class WaitingPhotosDocument(TypedDict):
    """A session with photos that its phones have not sent, or that vanish within six hours; the first at `vanishesAt`.

    That is in Unix ms, and null if none does.
    """

    encounterId: str
    patientId: str
    patientName: str | None
    unsentPhotos: int
    vanishingPhotos: int
    vanishesAt: int | None


class WaitingPhotosListDocument(TypedDict):
    sessions: list[WaitingPhotosDocument]


class ArrangedImagesDocument(TypedDict):
    """The ids of images in their order, and its version."""

    order: list[str]
    orderVersion: int


class DeletedImageDocument(TypedDict):
    success: Literal[True]
    imageCount: int


class KnownPhoneDocument(TypedDict):
    """A phone as it and the desktop show it: its name, and two words that are the same on both screens."""

    name: str
    words: str


class AskingPhoneDocument(TypedDict):
    """Another phone has joined before: a clinician decides about this one. Ask again with the same code."""

    phone: KnownPhoneDocument


class ExchangedTokenDocument(TypedDict):
    """The session of a code and a token for it; with `serverTime` (ISO 8601) a phone can correct its own clock."""

    encounterId: str
    patientId: str
    facilityId: str
    patientName: NotRequired[str]
    patientNHI: NotRequired[str]
    phone: KnownPhoneDocument
    consent: PhotographyConsentDocument | None
    uploadToken: str
    maxImages: int
    imageCount: int
    expiresAt: int
    serverTime: str


class SessionStatusDocument(TypedDict):
    """How it stands with a session: `committedCount` photos were in the patient's record a minute ago, or later."""

    imageCount: int
    committedCount: int
    consent: PhotographyConsentDocument | None
    serverTime: str


class UploadTokenDocument(TypedDict):
    """A token for ten minutes, and how many photos the session has and takes; with `serverTime` clocks are compared."""

    uploadToken: str
    expiresAt: int
    maxImages: int
    imageCount: int
    serverTime: str


class UploadGrantDocument(TypedDict):
    """A link for a single upload, and the headers that the request must carry."""

    uploadUrl: str
    s3Key: str
    headers: Mapping[str, str]
    expiresAt: int


class IngestedImageDocument(TypedDict):
    success: Literal[True]
    imageId: str
    imageCount: int
    sequence: int


def consent_document(consent: "Consent | None") -> PhotographyConsentDocument | None:
    """Return a consent as a document."""
    return cast("PhotographyConsentDocument", consent.document()) if consent else None


def phone_documents(session: "Session") -> list[PhoneDocument]:
    """Return a session's phones as documents, in the order in which they first scanned a code."""
    return [
        {
            "phoneId": phone_id,
            "name": name,
            "words": session.phones[phone_id].words,
            "standing": session.phones[phone_id].standing,
            "at": session.phones[phone_id].at,
        }
        for phone_id, name in numbered(session.phones.values()).items()
    ]


def image_document(shown: "DownloadableImage") -> ImageDocument:
    """Return an image as a document."""
    image = shown.image
    document: ImageDocument = {
        "imageId": image.image_id,
        "s3Key": image.key,
        "downloadUrl": shown.url,
        "expiresAt": shown.expires_at,
        "metadata": cast("MetadataDocument", with_snomed(image.metadata)),
        "takenAt": image.taken_at,
        "takenOrder": image.taken_order,
        "uploadedAt": image.uploaded_at,
        "sequence": image.sequence,
        "revision": image.revision,
        "vanishesAt": shown.vanishes_at,
        "kept": image.kept,
        "editsVersion": image.edits,
        "commitId": image.committing or None,
        "committed": image.committed,
    }
    if image.failed_commit and not (image.committing or image.committed):
        document["failedCommitId"] = image.failed_commit
    return document


def image_list_document(listed: "ListedSession | None") -> ImageListDocument:
    """Return a session's images as a document."""
    session = listed.session if listed else None
    document: ImageListDocument = {
        "images": [image_document(shown) for shown in listed.images] if listed else [],
        "state": ("open" if listed.ended_at is None else "ended") if listed else None,
        "endedAt": listed.ended_at if listed else None,
        "photoRetentionDays": listed.retention_days if listed else None,
        "sequence": session.sequence if session else None,
        "revision": session.revision if session else None,
        "sessionCreatedAt": session.started if session else None,
        "lastActivity": session.last_activity if session else None,
        "patientId": session.patient.patient_id if session else None,
        "facilityId": session.facility_id if session else None,
        "unsentPhotos": sum(session.unsent.values()) if session else None,
        "phones": phone_documents(session) if session else [],
        "consent": consent_document(session.consent) if session else None,
        "order": list(session.arranged()) if session else None,
        "orderVersion": session.order_version if session else None,
    }
    if session and session.code_series:
        document["codeSeries"] = session.code_series
    if session and session.damaged:
        document["damagedImages"] = session.damaged
    if listed and listed.ended_at is not None:
        document["patient"] = cast("SessionPatientDocument", listed.session.patient.document())
    return document
