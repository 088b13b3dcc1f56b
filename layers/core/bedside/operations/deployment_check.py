"""The check before calls go to a new version: somebody signs in, and a phone adds a photo to an encounter."""

import base64
import hashlib
import uuid
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Final

from bedside.identity.synthetic_people import FACILITY, SyntheticPeople, SyntheticPerson
from bedside.kernel.errors import UnavailableError
from bedside.operations.synthetic_calls import CheckFailedError, SyntheticCalls
from bedside.ports.functions import Functions, PhotoUpload

# A WebP of one pixel.
PHOTO: Final = base64.b64decode("UklGRhIAAABXRUJQVlA4TAUAAAAvAAAAAAA=")
# A call may wait for a cold start, and no longer than people would.
_CALL_S: Final = 15
# What is kept of the function's time to remove what the check has made, and to report.
_RESERVED_S: Final = 45
_REPORTING_S: Final = 20
# S3 answers that to a second upload, if the first one's answer was lost.
_STORED: Final = (200, 412)


@dataclass(frozen=True, slots=True)
class DeploymentCheck:
    """Drives new versions of functions, by the ARNs in `arns`, through a sign-in and a capture.

    `random_bytes(n)` returns n random bytes. `now_ms` is the clock, `remaining_s` the seconds until this function ends.
    """

    functions: Functions
    arns: Mapping[str, str]
    people: SyntheticPeople
    upload: PhotoUpload
    random_bytes: Callable[[int], bytes]
    now_ms: Callable[[], int]
    remaining_s: Callable[[], float]

    def run(self) -> None:
        """Raise CheckFailedError unless the versions work; whatever was made for it is removed in any case.

        Also raises InvalidRequestError or UnavailableError if there is no synthetic person to be had or removed.
        """
        name = str(uuid.UUID(bytes=self.random_bytes(16), version=4))
        # Of the range for documentation (RFC 3849): nobody's calls are counted together with the check's.
        address = f"2001:db8::{self.random_bytes(2).hex()}"
        calls = SyntheticCalls(self.functions, self.arns, address, name, partial(self._left, _RESERVED_S))
        removing = SyntheticCalls(self.functions, self.arns, address, name, partial(self._left, _REPORTING_S))
        with ExitStack() as cleanup:
            person = self.people.create(self.now_ms())
            cleanup.callback(lambda: self.people.remove(person.person, self.now_ms()))
            clinician = self._sign_in(calls, person)
            cleanup.callback(self._end, removing, clinician, name)
            phone = self._open(calls, clinician, name)
            cleanup.callback(self._delete, removing, clinician, name)
            self._add_photo(calls, phone, name)
            self._look(calls, clinician, name)
            if "<html" not in calls.call("web", "GET /"):
                raise CheckFailedError("GET /", "no page")

    def _left(self, reserved_s: float) -> float:
        return min(_CALL_S, self.remaining_s() - reserved_s)

    def _sign_in(self, calls: SyntheticCalls, person: SyntheticPerson) -> str:
        """Exchange the code for a sign-in, renew it, and return its access token."""
        code = {"phone": person.person.phone, "otp": person.code}
        signed_in = calls.document("otp", "POST /otp/verify", body=code)
        renewed = calls.document("auth", "POST /auth/refresh", body={"refreshToken": signed_in["refreshToken"]})
        token = str(renewed["accessToken"])
        user = calls.document("auth", "GET /auth/me", token=token)
        if user["userId"] != person.person.user_id:
            raise CheckFailedError("GET /auth/me", "somebody else")
        return token

    def _open(self, calls: SyntheticCalls, clinician: str, name: str) -> str:
        """Open a session, scan its code, and return the phone's token. There is no patient's name."""
        wanted = {"encounterId": name, "patientId": name, "facilityId": FACILITY}
        opened = calls.document("session_create", "POST /session/create", answers=(201,), body=wanted, token=clinician)
        route, token = "GET /session/token/{token}", str(opened["token"])
        joined = calls.document("token_validate", route, path={"token": token}, query={"phoneId": name})
        if (joined["encounterId"], joined["patientId"]) != (name, name):
            raise CheckFailedError(route, "another encounter")
        return str(joined["uploadToken"])

    def _add_photo(self, calls: SyntheticCalls, phone: str, name: str) -> None:
        digest = base64.b64encode(hashlib.sha256(PHOTO).digest()).decode()
        wanted = {"encounterId": name, "imageId": name, "contentType": "image/webp", "contentLength": len(PHOTO)}
        route = "POST /session/presigned-url"
        grant = calls.document("presigned_url", route, body={**wanted, "sha256": digest}, token=phone)
        url, headers = str(grant["uploadUrl"]), {str(key): str(value) for key, value in grant["headers"].items()}
        try:
            status = self.upload(url, headers, PHOTO, deadline_s=max(1.0, calls.seconds_left()))
        except UnavailableError as error:
            raise CheckFailedError("upload", error.cause or "no answer") from error
        if status not in _STORED:
            raise CheckFailedError("upload", f"status {status}")
        report = {"encounterId": name, "s3Key": grant["s3Key"]}
        added = calls.document("image_notify", "POST /session/images", answers=(200, 201), body=report, token=phone)
        if (added["imageId"], added["imageCount"]) != (name, 1):
            raise CheckFailedError("POST /session/images", "another photo")

    def _look(self, calls: SyntheticCalls, clinician: str, name: str) -> None:
        route = "GET /session/images/{encounterId}"
        listed = calls.document("image_list", route, token=clinician, path={"encounterId": name})
        if [image.get("imageId") for image in listed["images"]] != [name]:
            raise CheckFailedError(route, "other photos")

    def _delete(self, calls: SyntheticCalls, clinician: str, name: str) -> None:
        """Delete the photo, if it got that far."""
        route, path = "DELETE /session/images/{encounterId}/{imageId}", {"encounterId": name, "imageId": name}
        calls.call("image_delete", route, answers=(200, 404), token=clinician, path=path)

    def _end(self, calls: SyntheticCalls, clinician: str, name: str) -> None:
        """End the session, if there is one: its item expires as every session's without photos does."""
        route = "DELETE /session/{encounterId}"
        calls.call("session_end", route, answers=(204, 404), token=clinician, path={"encounterId": name})
