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

_CAPS = "The caps that protect a number and the bill are in DynamoDB; the limit per address is an extra."
_LISTED = "rate limit; lets go of the lists that show the user"
_OWED = "Redis is told once it is back; no list lives longer than 30 s. The limit is against scripts that run away."
_RUNAWAY = "The limit is against scripts that run away; an environment alone stops those too."
_NOT_COUNTED = "What is not counted meanwhile is never counted."
_IN_RECORD = Degraded("no part", ("nothing",), "Sign-ins are in the record.")
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
            degraded=Degraded("no part", ("nothing",), "Sign-ins are in the record, and asked for there."),
        ),
        Route(
            "GET",
            "/auth/me",
            summary="Read the caller's own entry",
            caller="signedIn",
            answers={200: "representation.UserDocument"},
            degraded=Degraded("no part", ("nothing",), "Reads and changes the record itself."),
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
                "rate limit; a facility's first page, and who has a number, for 30 s at most",
                ("record", "process"),
                "The record is read; an environment keeps what it read for 5 s. Nobody is let in or changed by a list.",
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
                "rate limit; the counters",
                ("process",),
                "Nothing stands in for the counters: the answer is 200 with `complete: false` and no numbers, better"
                " than wrong ones.",
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
                f"{_LISTED}; refuses the same submission within five minutes",
                ("process",),
                f"{_OWED} To do it twice does no harm; the audit trail then tells of both.",
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
