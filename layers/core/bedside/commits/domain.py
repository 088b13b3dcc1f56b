"""Manifest of the commits domain: what clinicians commit to the patient's record."""

from bedside.commits.launches.routes import LAUNCH_ROUTES
from bedside.commits.limits import COMMITS
from bedside.commits.notes.routes import NOTES_ROUTES
from bedside.commits.record_targets.routes import TARGET_ROUTES
from bedside.platform.contract import Degraded, Domain, Route

_LIMITED = Degraded("rate limit", ("process",), "Commits are in DynamoDB only. The limit stops runaway pages.")
_FILE = "representation.FileDocument"
_FILE_PATH = "/session/{encounterId}/commits/{commitId}/files/{imageId}"

DOMAIN = Domain(
    name="commits",
    summary="What clinicians commit to the patient's record",
    wiring="wiring.CommitsWiring",
    routes=(
        Route(
            "GET",
            "/record/capabilities",
            summary="Read the facility's kind of record, and what photos need before they can be committed",
            caller="clinician",
            answers={200: "representation.CapabilitiesDocument"},
            limit=COMMITS,
            degraded=_LIMITED,
        ),
        Route(
            "POST",
            "/session/{encounterId}/commit",
            summary="Commit photos to the patient's record, where each of them arrives once",
            caller="clinician",
            body="requests.CommitRequest",
            answers={202: "representation.CommitDocument"},
            problems=(
                "session-not-found",
                "image-not-found",
                "metadata-missing",
                "nothing-to-commit",
                "no-record-target",
            ),
            limit=COMMITS,
            idempotent=True,
            degraded=_LIMITED,
        ),
        Route(
            "GET",
            "/session/{encounterId}/commits/{commitId}",
            summary="Read how far the photos of a commit have come",
            caller="clinician",
            answers={200: "representation.CommitDocument"},
            problems=("commit-not-found",),
            limit=COMMITS,
            degraded=_LIMITED,
        ),
        Route(
            "GET",
            "/session/images/{encounterId}/{imageId}/bundle",
            summary="Get links to a photo's signed bundle, where the facility takes documents over by hand",
            caller="clinician",
            answers={200: "representation.BundleDocument"},
            problems=("session-not-found", "image-not-found", "commit-not-found"),
            limit=COMMITS,
            degraded=_LIMITED,
        ),
        Route(
            "POST",
            f"{_FILE_PATH}/retry",
            summary="Retry a photo that failed to arrive in the patient's record",
            caller="clinician",
            answers={200: _FILE},
            problems=(
                "commit-not-found",
                "image-not-found",
                "session-not-found",
                "wrong-state",
                "metadata-missing",
                "no-record-target",
            ),
            limit=COMMITS,
            degraded=_LIMITED,
        ),
        Route(
            "POST",
            f"{_FILE_PATH}/resolve",
            summary="Resolve an unknown photo: name its document in the patient's record, or say that it is absent",
            caller="clinician",
            body="requests.ResolveRequest",
            answers={200: _FILE},
            problems=("commit-not-found", "image-not-found", "wrong-state"),
            limit=COMMITS,
            degraded=_LIMITED,
        ),
        *NOTES_ROUTES,
        *TARGET_ROUTES,
        *LAUNCH_ROUTES,
    ),
    sweeps={"files": "file_sweep"},
    dead_letters={"PhotoRenderDeadLetters": "PhotoRenderQueue", "RecordCommitDeadLetters": "RecordCommitQueue"},
    alarms="alarms.ALARMS",
)
