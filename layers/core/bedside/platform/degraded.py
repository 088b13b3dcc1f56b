"""What each call uses Redis for, and what serves it while Redis is away: the one table of it.

docs/degraded.md is written from it (`make docs`); the tests hold every route to it.
"""

from dataclasses import dataclass
from typing import Final, Literal

# record: DynamoDB says what Redis would have said. process: each environment counts or keeps for itself.
# nothing: Redis has no part in the call.
Stand = Literal["record", "process", "nothing"]


@dataclass(frozen=True, slots=True)
class Mode:
    """One call: what Redis does for it, what stands in for Redis, and why that is right."""

    route: str
    redis: str
    stand_in: tuple[Stand, ...]
    why: str


_RECORD: Final = ("record",)
_PROCESS: Final = ("process",)
_NOTHING: Final = ("nothing",)
_NONE: Final = "no part"
_LIMIT: Final = "rate limit"
_CAPS: Final = "The caps that protect a number and the bill are in DynamoDB; the limit per address is an extra."
_LISTED: Final = "rate limit; lets go of the lists that show the user"
_OWED: Final = (
    "Redis is told once it is back; no list lives longer than 30 s. The limit is against scripts that run away."
)
_ADMIN: Final = "The limit is against scripts that run away; an environment alone stops those too."
_UNCOUNTED: Final = "What is not counted meanwhile is never counted."
_STRAIGHT: Final = "Reads and changes the record itself."
_VISIT: Final = "Visits are in the record alone. The limit is against pages that run away."

MODES: Final = (
    Mode(
        "POST /session/create",
        "rate limit; keeps the session for the phone's calls; counts a new one",
        ("record", "process"),
        f"The session is in the record first; the phone is served from there. {_UNCOUNTED}",
    ),
    Mode("DELETE /session/{encounterId}", "forgets the session", _RECORD, "The record refuses whatever comes later."),
    Mode("POST /session/live-ticket", _NONE, _NOTHING, _STRAIGHT),
    Mode("GET /session/images/{encounterId}", "keeps the session's longer life", _RECORD, _STRAIGHT),
    Mode("PATCH /session/images/{encounterId}/{imageId}", _NONE, _NOTHING, _STRAIGHT),
    Mode(
        "DELETE /session/images/{encounterId}/{imageId}",
        "keeps that the image is gone; forgets what was said of it",
        _RECORD,
        "The record keeps deleted images' ids and refuses them.",
    ),
    Mode(
        "GET /session/token/{token}",
        "the session behind the code, with the rate limit",
        ("record", "process"),
        "The code's hash is in the record too.",
    ),
    Mode(
        "POST /session/presigned-url",
        "holds the image's place and keeps what the phone says of it, with the rate limit",
        ("record", "process"),
        "Both are held in the record, by one conditional write. If Redis goes away after that, what the phone said is"
        " lost unless it says it again, as phones do.",
    ),
    Mode(
        "POST /session/images",
        "keeps that the image has arrived; counts a new one",
        _RECORD,
        f"The record alone decides what arrived. {_UNCOUNTED}",
    ),
    Mode("POST /otp/send", "rate limit; counts codes", _PROCESS, f"{_CAPS} {_UNCOUNTED}"),
    Mode("POST /otp/verify", "rate limit; counts sign-ins", _PROCESS, f"{_CAPS} {_UNCOUNTED}"),
    Mode("POST /auth/refresh", _NONE, _NOTHING, "Sign-ins are in the record."),
    Mode("POST /auth/logout", _NONE, _NOTHING, "Sign-ins are in the record."),
    Mode("POST /auth/kill-switch", _NONE, _NOTHING, "Sign-ins are in the record, and asked for there."),
    Mode("GET /auth/me", _NONE, _NOTHING, _STRAIGHT),
    Mode("GET /user/profile", _LIMIT, _PROCESS, _ADMIN),
    Mode("PATCH /user/profile", _LISTED, _PROCESS, _OWED),
    Mode(
        "GET /admin/users",
        "rate limit; a facility's first page, and who has a number, for 30 s at most",
        ("record", "process"),
        "The record is read; an environment keeps what it read for 5 s. Nobody is let in or changed by a list.",
    ),
    Mode("POST /admin/users", _LISTED, _PROCESS, _OWED),
    Mode(
        "GET /admin/counters",
        "rate limit; the counters",
        _PROCESS,
        "Nothing stands in for the counters: the answer is 200 with `complete: false` and no numbers, better than wrong"
        " ones.",
    ),
    Mode("PUT /users/{userId}/roles", _LISTED, _PROCESS, _OWED),
    Mode(
        "POST /internal/force-verification",
        f"{_LISTED}; refuses the same submission within five minutes",
        _PROCESS,
        f"{_OWED} To do it twice does no harm; the audit trail then tells of both.",
    ),
    Mode("POST /experts/verify-specific", _LISTED, _PROCESS, _OWED),
    Mode("POST /visits", _LIMIT, _PROCESS, _VISIT),
    Mode("GET /visits", _LIMIT, _PROCESS, _VISIT),
    Mode("POST /visits/live-ticket", _LIMIT, _PROCESS, "Tickets and who listens are in the record."),
    Mode("GET /visits/{visitId}", _LIMIT, _PROCESS, _VISIT),
    Mode(
        "POST /visits/{visitId}/join",
        "rate limit; keeps the token for the room for a minute",
        ("record", "process"),
        "The joining is in the record, and that is enough to make its token from.",
    ),
    Mode(
        "GET /visits/{visitId}/rtc-token",
        "rate limit; keeps the token",
        ("record", "process"),
        "The token is made anew. That it is fetched only once is in the record.",
    ),
    *(
        Mode(call, _LIMIT, _PROCESS, _VISIT)
        for call in (
            "POST /visits/{visitId}/start",
            "POST /visits/{visitId}/end",
            "POST /visits/{visitId}/cancel",
            "POST /visits/{visitId}/recording/start",
            "POST /visits/{visitId}/recording/stop",
            "GET /visits/{visitId}/recording",
            "GET /visits/{visitId}/summary",
            "GET /visits/{visitId}/notes",
            "PUT /visits/{visitId}/notes",
            "GET /visits/{visitId}/notes/history",
        )
    ),
    Mode("POST /webhooks/{source}", _NONE, _NOTHING, "Kept in the record, and queued, before it is answered."),
    Mode("GET /health", "is asked how it is", _NOTHING, "Says `degraded`, and that is all."),
)
