"""ALEX: a record with a secret instead of assertions, a header for the facility, and searches that it forbids."""

import secrets
import time
from collections.abc import Callable, Iterable, Mapping

from local.ehr.answers import Answer, Object, RefusedError
from local.ehr.record import Record
from local.ehr.searches import Search

_LAUNCHES = "/vendorforms/api/getlaunchcontextstring/"
_MOST_BYTES = 8_000_000
_SCANS = frozenset({"image/tiff", "application/pdf"})
_TYPE = ("http://loinc.org", "72170-4")
# `patient=` is forbidden, `patient.identifier=` is not.
_KNOWN = {"DocumentReference": frozenset({"identifier", "patient.identifier"}), "Patient": frozenset({"identifier"})}


class Alex(Record):
    """The record of the facility `facility`: to others, it is empty."""

    kinds = frozenset({"DocumentReference", "Media"})

    def __init__(self, base_url: str, facility: str, now_s: Callable[[], float] = time.time) -> None:
        super().__init__(base_url, "R4", now_s)
        self.facility = facility
        self._visible = True
        self.contexts: dict[str, Object] = {}

    def answer(self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Answer one request."""
        if path not in {"/token", "/.well-known/smart-configuration"}:
            missing = [each for each in ("mt-facilityid", "mt-correlationid") if not headers.get(each)]
            if missing:
                return RefusedError(400, "required", f"missing: {', '.join(missing)}").answer
        self._visible = headers.get("mt-facilityid") == self.facility
        return super().answer(method, path, query, headers, body)

    def _served(self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> Answer:
        if path.startswith(_LAUNCHES):
            found = self.contexts.get(path.removeprefix(_LAUNCHES)) if self._visible else None
            return Answer(200, found) if found else Answer(404, {"message": "unknown"})
        return super()._served(method, path, query, headers, body)

    def launch(self, patient: str, practitioner: str) -> tuple[str, str]:
        """Return context and signature of a launch; a patient need not be open."""
        context, signature = secrets.token_urlsafe(8), secrets.token_urlsafe(8)
        self.contexts[f"{context}/{signature}"] = {
            "patientId": patient or None,
            "facilityCode": self.facility,
            "providerId": practitioner,
            "createdTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.now_s())),
        }
        return context, signature

    def _all(self) -> list[Object]:
        return super()._all() if self._visible else []

    def _read(self, kind: str, name: str) -> Answer:
        if not self._visible:
            raise RefusedError(404, "not-found", "there is nothing")
        return super()._read(kind, name)

    def _find(self, kind: str, parameters: Iterable[tuple[str, str]]) -> list[Object]:
        try:
            return Search(parameters, self._all(), _KNOWN.get(kind, frozenset())).found(kind)
        except RefusedError:
            raise RefusedError(403, "forbidden", "insufficient rights") from None

    def _checked(self, kind: str, headers: Mapping[str, str], body: bytes) -> Object:
        resource = super()._checked(kind, headers, body)
        if kind == "DocumentReference" and (why := _scan_problem(resource, self.base_url)):
            raise RefusedError(400, "invalid", why)
        return resource

    def _configuration(self) -> Object:
        raise RefusedError(404, "not-found", "there is nothing")


def _scan_problem(scan: Object, base_url: str) -> str:
    """Return why the inbox does not take a document, or ""."""
    missing = [each for each in ("identifier", "status", "date", "type", "subject") if not scan.get(each)]
    if missing:
        return f"missing: {', '.join(missing)}"
    codings = {(each.get("system"), each.get("code")) for each in scan["type"].get("coding", [])}
    if scan["status"] != "current" or _TYPE not in codings:
        return "status or type"
    if not str(scan["subject"].get("reference", "")).startswith(f"{base_url}/Patient/"):
        return "the subject is not an absolute reference"
    for each in scan["content"]:
        attachment = each["attachment"]
        if attachment.get("contentType") not in _SCANS or not attachment.get("data"):
            return "inline TIFF or PDF only"
        if len(attachment["data"]) * 3 // 4 >= _MOST_BYTES:
            return "8 MB or more"
    return ""
