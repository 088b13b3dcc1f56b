"""Manifest of the capture domain: sessions, the phone's calls, and the gallery of an encounter's photos."""

from bedside.capture.counters import PHOTOS_ARRIVED, SESSIONS_OPENED
from bedside.capture.limits import LIVE_TICKET, PRESIGNED_URL, SESSION_CREATE, SESSION_STATUS, TOKEN_VALIDATE
from bedside.platform.contract import Degraded, Domain, Route

_STRAIGHT = Degraded("not used", ("nothing",), "Reads and writes DynamoDB.")
_NOT_COUNTED = "Events are not counted meanwhile, nor later."

DOMAIN = Domain(
    name="capture",
    summary="A capture session, the phone's calls, and the photos of an encounter",
    wiring="wiring.CaptureWiring",
    routes=(
        Route(
            "POST",
            "/session/create",
            summary="Open an encounter's capture session, or join the open one, and get a QR code",
            caller="clinician",
            body="sessions.OpenRequest",
            answers={201: "representation.OpenedSessionDocument"},
            problems=("patient-mismatch",),
            limit=SESSION_CREATE,
            degraded=Degraded(
                "rate limit; stores the session for the phone's calls; counts new sessions",
                ("record", "process"),
                f"The session is stored in DynamoDB first, and phones are served from there. {_NOT_COUNTED}",
            ),
        ),
        Route(
            "DELETE",
            "/session/{encounterId}",
            summary="End an encounter's session for everyone",
            caller="clinician",
            answers={204: ""},
            problems=("session-not-found",),
            degraded=Degraded("marks the session as ended", ("record",), "DynamoDB rejects all later calls."),
        ),
        Route(
            "POST",
            "/session/live-ticket",
            summary="Get a new ticket for the live channel of a session",
            caller="clinician",
            body="sessions.TicketRequest",
            answers={200: "representation.InvitationDocument"},
            problems=("session-not-found",),
            limit=LIVE_TICKET,
            degraded=Degraded("rate limit", ("process",), "Tickets and connections are in DynamoDB."),
        ),
        Route(
            "GET",
            "/session/images/{encounterId}",
            summary="List a session's images, with links to download them",
            caller="clinician",
            query="gallery.ListRequest",
            answers={200: "representation.ImageListDocument"},
            degraded=Degraded("extends the session's life", ("record",), "Reads and writes DynamoDB."),
        ),
        Route(
            "PATCH",
            "/session/images/{encounterId}/{imageId}",
            summary="Change an image's laterality, body site and notes",
            caller="clinician",
            body="gallery.DescribeRequest",
            answers={200: "representation.ImageDocument"},
            problems=("session-not-found", "image-not-found"),
            degraded=_STRAIGHT,
        ),
        Route(
            "DELETE",
            "/session/images/{encounterId}/{imageId}",
            summary="Delete an image for good; its id never comes back",
            caller="clinicianOrPhone",
            answers={200: "representation.DeletedImageDocument"},
            problems=("wrong-encounter", "session-not-found", "image-not-found"),
            degraded=Degraded(
                "marks the image as deleted; deletes its draft",
                ("record",),
                "DynamoDB stores the ids of deleted images and rejects them.",
            ),
        ),
        Route(
            "GET",
            "/session/token/{token}",
            summary="Exchange a scanned QR token for an upload token",
            caller="anyone",
            answers={200: "representation.ExchangedTokenDocument"},
            problems=("token-expired-or-invalid",),
            limit=TOKEN_VALIDATE,
            counts_itself=True,
            degraded=Degraded(
                "finds the session of the token, and checks the rate limit",
                ("record", "process"),
                "The token's hash is in DynamoDB too.",
            ),
        ),
        Route(
            "POST",
            "/session/presigned-url",
            summary="Reserve a place for one photo and get a link to upload it",
            caller="phone",
            body="uploads.UploadRequest",
            answers={200: "representation.UploadGrantDocument"},
            problems=(
                "wrong-encounter",
                "session-not-found",
                "image-deleted",
                "image-limit-reached",
                "image-too-large",
                "unsupported-media-type",
            ),
            limit=PRESIGNED_URL,
            counts_itself=True,
            degraded=Degraded(
                "reserves the image's place, stores its metadata, and checks the rate limit",
                ("record", "process"),
                "Place and metadata are stored in DynamoDB, by one conditional write. If Redis goes down afterwards,"
                " metadata stored in Redis is lost, unless the phone reports it again, as phones do. DynamoDB does not"
                " know the places that Redis alone holds: phones may get more than 20 links, and 20 images arrive.",
            ),
        ),
        Route(
            "POST",
            "/session/status",
            summary="Report a phone's unsent photos, and learn how many the session holds, or that it has ended",
            caller="phone",
            body="phones.StatusRequest",
            answers={200: "representation.SessionStatusDocument"},
            problems=("wrong-encounter", "session-not-found"),
            limit=SESSION_STATUS,
            counts_itself=True,
            degraded=Degraded(
                "counts images and unsent photos, and checks the rate limit",
                ("record", "process"),
                "DynamoDB holds both numbers.",
            ),
        ),
        Route(
            "POST",
            "/session/images",
            summary="Report that a photo has been uploaded, with its details",
            caller="phone",
            body="arrival_report.NotifyRequest",
            answers={200: "representation.IngestedImageDocument", 201: "representation.IngestedImageDocument"},
            problems=(
                "wrong-encounter",
                "session-not-found",
                "image-deleted",
                "image-limit-reached",
                "not-uploaded",
                "damaged-image",
            ),
            degraded=Degraded(
                "marks the image as arrived; counts new images",
                ("record",),
                f"Only DynamoDB decides which images have arrived. {_NOT_COUNTED}",
            ),
        ),
    ),
    sweeps={"sessions": "session_sweep"},
    live={"": "live_access"},
    counters=(SESSIONS_OPENED, PHOTOS_ARRIVED),
    dead_letters={"UploadWatchDeadLetters": "UploadWatch"},
)
