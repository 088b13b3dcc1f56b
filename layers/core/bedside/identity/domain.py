"""Manifest of the identity domain: one-time codes, tokens, profiles and administration."""

from bedside.identity.counters import CODES_SENT, SIGN_INS
from bedside.identity.limits import (
    ADMIN,
    EXPERT_VERIFICATION,
    FORCE_VERIFICATION,
    OTP_SEND,
    OTP_VERIFY,
    PROFILE,
    ROLE_CHANGES,
)
from bedside.platform.contract import Degraded, Domain, Route

_CAPS = "The caps that protect numbers and the bill are in DynamoDB; the limit per address is an extra."
_LISTED = "rate limit; invalidates cached lists that contain the user"
_OWED = "Invalidations are sent once Redis is back; cached lists expire after 30 s. The limit stops runaway scripts."
_RUNAWAY = "The limit stops runaway scripts, for which a limit per environment is enough."
_NOT_COUNTED = "Events are not counted meanwhile, nor later."
_IN_RECORD = Degraded("not used", ("nothing",), "Sign-ins are in DynamoDB.")
_LISTED_CHANGE = Degraded(_LISTED, ("process",), _OWED)

DOMAIN = Domain(
    name="identity",
    wiring="wiring.IdentityWiring",
    routes=(
        Route(
            "POST",
            "/otp/send",
            summary="Send a one-time code by SMS; the same answer for known and unknown numbers",
            caller="anyone",
            body="otp_delivery.SendRequest",
            answers={202: "representation.SentCodeDocument"},
            problems=("too-many-codes", "too-many-attempts"),
            limit=OTP_SEND,
            degraded=Degraded("rate limit; counts codes", ("process",), f"{_CAPS} {_NOT_COUNTED}"),
        ),
        Route(
            "POST",
            "/otp/verify",
            summary="Sign in with a one-time code",
            caller="anyone",
            body="sign_in.VerifyRequest",
            answers={200: "representation.TokenPairDocument"},
            problems=("otp-invalid", "too-many-attempts"),
            limit=OTP_VERIFY,
            degraded=Degraded("rate limit; counts sign-ins", ("process",), f"{_CAPS} {_NOT_COUNTED}"),
        ),
        Route(
            "POST",
            "/auth/refresh",
            summary="Trade a refresh token for the next pair of tokens",
            caller="anyone",
            body="token_refresh.RefreshRequest",
            answers={200: "representation.TokenPairDocument"},
            problems=("unauthorized",),
            degraded=_IN_RECORD,
        ),
        Route(
            "POST",
            "/auth/logout",
            summary="End the sign-in that is calling",
            caller="signedIn",
            answers={204: ""},
            degraded=_IN_RECORD,
        ),
        Route(
            "POST",
            "/auth/kill-switch",
            summary="End every sign-in of the caller, or of a person whom they administer",
            caller="signedIn",
            body="sign_out.KillRequest",
            body_optional=True,
            answers={204: ""},
            problems=("forbidden",),
            degraded=Degraded("not used", ("nothing",), "Sign-ins are in DynamoDB."),
        ),
        Route(
            "GET",
            "/auth/me",
            summary="Read the caller's own entry",
            caller="signedIn",
            answers={200: "representation.UserDocument"},
            degraded=Degraded("not used", ("nothing",), "Reads DynamoDB."),
        ),
        Route(
            "GET",
            "/user/profile",
            summary="Read the caller's profile",
            caller="signedIn",
            answers={200: "representation.UserDocument"},
            limit=PROFILE,
            degraded=Degraded("rate limit", ("process",), _RUNAWAY),
        ),
        Route(
            "PATCH",
            "/user/profile",
            summary="Change the caller's display name",
            caller="signedIn",
            body="profile.ProfileRequest",
            answers={200: "representation.UserDocument"},
            limit=PROFILE,
            degraded=_LISTED_CHANGE,
        ),
        Route(
            "GET",
            "/admin/users",
            summary="List a facility's users, or find one by phone number",
            caller="admin",
            query="user_directory.PageRequest",
            answers={200: "representation.UserListDocument"},
            limit=ADMIN,
            degraded=Degraded(
                "rate limit; caches a facility's first page, and lookups by number, for at most 30 s",
                ("record", "process"),
                "DynamoDB is read; an environment caches results for 5 s. Lists are never the basis of a decision.",
            ),
        ),
        Route(
            "POST",
            "/admin/users",
            summary="Add a person to a facility",
            caller="admin",
            body="user_admin.CreateRequest",
            answers={201: "representation.UserDocument"},
            problems=("user-exists",),
            limit=ADMIN,
            idempotent=True,
            degraded=_LISTED_CHANGE,
        ),
        Route(
            "GET",
            "/admin/counters",
            summary="Read how much was done, by hour and by day",
            caller="admin",
            query="usage.CountersRequest",
            answers={200: "representation.CountersDocument"},
            limit=ADMIN,
            degraded=Degraded(
                "rate limit; holds the counters",
                ("process",),
                "Nothing replaces the counters: the response is 200 with `complete: false` and no numbers, rather than"
                " wrong ones.",
            ),
        ),
        Route(
            "PUT",
            "/users/{userId}/roles",
            summary="Change a person's roles",
            caller="admin",
            body="user_admin.RolesRequest",
            answers={200: "representation.UserDocument"},
            problems=("user-not-found",),
            limit=ROLE_CHANGES,
            degraded=_LISTED_CHANGE,
        ),
        Route(
            "POST",
            "/internal/force-verification",
            summary="Verify a clinician without a review",
            caller="admin",
            body="user_admin.ForceRequest",
            answers={200: "representation.UserDocument"},
            problems=("duplicate-submission",),
            limit=FORCE_VERIFICATION,
            degraded=Degraded(
                f"{_LISTED}; rejects the same submission within five minutes",
                ("process",),
                f"{_OWED} A duplicate does no harm; the audit trail then has two entries.",
            ),
        ),
        Route(
            "POST",
            "/experts/verify-specific",
            summary="Verify or reject a clinician",
            caller="admin",
            body="user_admin.ReviewRequest",
            answers={200: "representation.UserDocument"},
            limit=EXPERT_VERIFICATION,
            degraded=_LISTED_CHANGE,
        ),
    ),
    counters=(SIGN_INS, CODES_SENT),
)
