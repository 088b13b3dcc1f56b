"""Documents in a patient's record at the facility: photos, notes and summaries, each of which arrives exactly once.

Every document has an identifier of our own that is fixed before it is first sent, and by which the record can be
searched. Instants are Unix ms, ids and references are the record's unless said otherwise.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from bedside.kernel.errors import UnavailableError

Format = Literal["jpeg", "pdf", "tiff"]
DocumentKind = Literal["photo", "note", "summary"]

# Why a record refuses a document, for people to act on.
Refusal = Literal[
    "conflict",
    "no-such-address",
    "not-accepted",
    "not-allowed",
    "patient-mismatch",
    "patient-not-found",
    "sign-in-refused",
    "too-large",
]
# What people should know of a document that the record has: what it was not told, because it does not know it; or that
# the patient was corrected here after the document was sent, so that it may be at somebody else.
RecordWarning = Literal["author-left-out", "encounter-left-out", "patient-changed"]


@dataclass(frozen=True, slots=True)
class Rendition:
    """What a target wants of a photo: at most so many bytes, and so many pixels at the longer edge.

    With a `banner`, patient, date, body site and scale are on the page itself.
    """

    format: Format
    max_bytes: int
    max_edge_px: int
    banner: bool


@dataclass(frozen=True, slots=True)
class RecordIdentifier:
    """A number of a patient in a system, such as the NHI number; `system` is a URI, or our name of the system."""

    system: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RecordPatient:
    """A patient as we know them; `birth_date` is YYYY-MM-DD.

    `external_id` is the record's id if it came from there, which nobody here can tell: pages are opened with ids of
    many systems. So a record confirms a patient by two identifiers, or refuses the document.
    """

    name: str = field(repr=False)
    external_id: str | None = None
    identifiers: tuple[RecordIdentifier, ...] = ()
    birth_date: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class RecordAuthor:
    """The clinician who commits; `external_id` is their practitioner's id, if the facility has tied it to them."""

    name: str = field(repr=False)
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """A body site, a side or a type of image: our code, its name for people, and its SNOMED CT code if it has one.

    `preferred` is what SNOMED CT calls that code.
    """

    code: str
    display: str
    snomed: str | None = None
    preferred: str = ""


@dataclass(frozen=True, slots=True)
class RecordConsent:
    """How consent to photography was given, by whom, and when it was recorded."""

    manner: Literal["spoken", "written", "bestInterests"]
    given_by: Literal["patient", "representative"] | None
    at: int


@dataclass(frozen=True, slots=True)
class RecordDocument:
    """A document for the record; `identifier` is `urn:uuid:…`, the same whenever it is sent again.

    `made_at` is when the photo was taken or the text written, `committed_at` when the clinician committed it: both stay
    the same, too. Photos have a body site and a type; texts have neither.
    """

    identifier: str
    kind: DocumentKind
    title: str = field(repr=False)
    content: bytes = field(repr=False)
    content_type: Literal["image/jpeg", "image/tiff", "application/pdf"]
    made_at: int
    committed_at: int
    patient: RecordPatient
    author: RecordAuthor
    encounter_id: str | None = None
    body_site: Term | None = None
    laterality: Term | None = None
    image_type: Term | None = None
    notes: str = field(default="", repr=False)
    consent: RecordConsent | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The record has the document, under this id of its own."""

    document_id: str
    warnings: tuple[RecordWarning, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What one step of a connection's test found; `detail` is for operators and contains no secret.

    `step` is such as "discovery", "sign-in", "search"; a failed step ends the test.
    """

    step: str
    ok: bool
    detail: str = ""


class RecordRefusedError(UnavailableError):
    """The record refuses the document and has certainly not stored it; it will refuse a repetition, too."""

    def __init__(self, detail: str, reason: Refusal, cause: str = "") -> None:
        super().__init__(detail, cause or reason)
        self.reason: Refusal = reason


class RecordBusyError(UnavailableError):
    """The record wants to be asked later, and has certainly not stored the document.

    `retry_after_ms` is how much later, if the record says so.
    """

    def __init__(self, detail: str, cause: str = "", retry_after_ms: int | None = None) -> None:
        super().__init__(detail, cause)
        self.retry_after_ms = retry_after_ms


class RecordUnknownError(UnavailableError):
    """The record may or may not have stored the document: search before sending it again.

    `vouched` means that the record says it has the document, and neither shows nor finds it: only a person can tell.
    `retry_after_ms` is how much later the record wants to be asked, if it says so.
    """

    def __init__(
        self, detail: str, cause: str = "", *, vouched: bool = False, retry_after_ms: int | None = None
    ) -> None:
        super().__init__(detail, cause)
        self.vouched = vouched
        self.retry_after_ms = retry_after_ms


class RecordSearchError(UnavailableError):
    """The record answers, but cannot be searched for the document, now or later: only a person can tell."""


class RecordMismatchError(RecordSearchError):
    """The record has the document, and at another patient than ours: only a person can tell what to do."""


class RecordTarget(Protocol):
    """A facility's record. Every method has a deadline, and raises UnavailableError or one of its kinds above."""

    def find(self, identifier: str, patient: RecordPatient) -> Receipt | None:
        """Return the document with this identifier of ours; None if the record certainly does not have it.

        Raises RecordSearchError; RecordMismatchError if it is at another patient; RecordRefusedError if the record does
        not let us in. Another UnavailableError passes.
        """
        ...

    def create(self, document: RecordDocument) -> Receipt:
        """Store a document. Never searches first: the caller does before every attempt but the first.

        Raises RecordRefusedError, RecordBusyError, RecordUnknownError; after any other UnavailableError the document
        has certainly not been stored either.
        """
        ...

    def check(self) -> Sequence[Finding]:
        """Test the connection, without writing anything to the record; failures are findings."""
        ...
