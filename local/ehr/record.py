"""A FHIR server: read, search, create and transactions of the few kinds of resources that Bedside needs."""

import json
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from local.ehr.answers import CUT, Answer, Object, RefusedError
from local.ehr.faults import Faults
from local.ehr.launches import Launches
from local.ehr.searches import KNOWN, Search, numbers
from local.ehr.sign_in import ALGORITHMS, SignIn
from local.ehr.validation import Version, problem

_FHIR = "application/fhir+json"
# References to these have to exist.
_REFERRED = frozenset({"Patient", "Encounter", "Practitioner"})
_NOW = "%Y-%m-%dT%H:%M:%SZ"


class Record:
    """The record of one facility at `base_url`, whose paths begin after it."""

    kinds = frozenset({"Binary", "DocumentReference", "Media"})

    def __init__(
        self,
        base_url: str,
        version: Version,
        now_s: Callable[[], float] = time.time,
    ) -> None:
        self.base_url = base_url
        self.version: Version = version
        self.now_s = now_s
        self._faults = Faults()
        self._planned: deque[str] = deque()
        self._refused_tokens = 0
        self.sign_in = SignIn(f"{base_url}/token", lambda: self._faults, now_s)
        self.launches = Launches(base_url, now_s)
        self.resources: dict[tuple[str, str], Object] = {}
        self._arrived: set[str] = set()
        self.requests: list[tuple[str, str]] = []

    @property
    def faults(self) -> Faults:
        """What goes wrong: setting it starts the list of creates anew."""
        return self._faults

    @faults.setter
    def faults(self, wanted: Faults) -> None:
        self._faults = wanted
        self._planned = deque(wanted.creates)
        self._refused_tokens = wanted.refuse_tokens

    def add(self, resource: Object) -> Object:
        """Store a resource, as people at the facility do, and return it with its id."""
        name = resource.get("id") or str(uuid.uuid4())
        when = time.strftime(_NOW, time.gmtime(self.now_s()))
        stored = {**resource, "id": name, "meta": {"versionId": "1", "lastUpdated": when}}
        self.resources[resource["resourceType"], name] = stored
        return stored

    @property
    def arrived(self) -> list[Object]:
        """What creates have brought, in order."""
        return [each for (_, name), each in self.resources.items() if name in self._arrived]

    def holding(self, identifier: str, kind: str = "DocumentReference") -> list[Object]:
        """Return the documents with an identifier of ours: one, if all is well."""
        return [each for each in self._all() if each["resourceType"] == kind and _has(each, identifier)]

    def answer(self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Answer one request; `headers` have names in lower case."""
        self.requests.append((method, f"{path}?{query}" if query else path))
        if self.now_s() * 1000 < self._faults.api_down:
            return Answer(503, None)
        try:
            return self._routed(method, path, query, headers, body)
        except RefusedError as refusal:
            return refusal.answer

    def _routed(self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> Answer:
        # What anybody may ask.
        match method, path:
            case "GET", "/.well-known/smart-configuration":
                return Answer(200, self._configuration())
            case "GET", "/authorize":
                return self.launches.authorize(dict(parse_qsl(query)))
            case "GET", "/jwks":
                return Answer(200, self.launches.jwks())
            case "POST", "/token":
                return self._token(dict(parse_qsl(body.decode("latin-1"))))
        self._admit(headers)
        return self._served(method, path, query, headers, body)

    def _served(self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> Answer:
        parts = path.strip("/").split("/")
        match method, parts:
            case "GET", ["metadata"]:
                return Answer(200, {"resourceType": "CapabilityStatement", "fhirVersion": self.version})
            case "GET", [kind]:
                return self._searched(kind, parse_qsl(query, keep_blank_values=True), headers)
            case "GET", [kind, name]:
                return self._read(kind, name)
            case "POST", [kind]:
                return self._posted(kind, headers, body)
        raise RefusedError(405, "not-supported", "this is not supported")

    def _token(self, form: dict[str, str]) -> Answer:
        if form.get("grant_type") != "authorization_code":
            return self.sign_in.token(form)
        answer, token = self.launches.token(form)
        if token:
            self.sign_in.tokens[token] = self.now_s() + self.sign_in.life_s
        return answer

    def _admit(self, headers: Mapping[str, str]) -> None:
        good = self.sign_in.admits(headers.get("authorization", ""))
        if good and self._refused_tokens:
            self._refused_tokens -= 1
            good = False
        if not good:
            raise RefusedError(401, "login", "the token is not valid", {"www-authenticate": "Bearer"})

    def _read(self, kind: str, name: str) -> Answer:
        found = self.resources.get((kind, name))
        if found is None:
            raise RefusedError(404, "not-found", f"there is no {kind}/{name}")
        return Answer(200, found)

    def _searched(self, kind: str, parameters: Iterable[tuple[str, str]], headers: Mapping[str, str]) -> Answer:
        fault = self._faults.search if kind == "DocumentReference" else ""
        if fault == "cut":
            return CUT
        if fault == "page":
            return Answer(200, {"message": "The record is back soon."})
        if fault.isdecimal():
            raise RefusedError(int(fault), "forbidden" if fault == "403" else "exception", "searches fail on purpose")
        found = self._find(kind, [] if fault == "everything" else parameters)
        if fault == "empty" or (fault == "remembered" and headers.get("cache-control") != "no-cache"):
            found = []
        entries = [
            {"fullUrl": f"{self.base_url}/{kind}/{each['id']}", "resource": each, "search": {"mode": "match"}}
            for each in found
        ]
        return Answer(200, {"resourceType": "Bundle", "type": "searchset", "total": len(found), "entry": entries})

    def _find(self, kind: str, parameters: Iterable[tuple[str, str]]) -> list[Object]:
        return Search(parameters, self._all(), KNOWN).found(kind)

    def _posted(self, kind: str, headers: Mapping[str, str], body: bytes) -> Answer:
        fault = self._planned.popleft() if self._planned else "ok"
        self._raise(fault)
        if fault == "cut-before":
            return CUT
        resource = self._checked(kind, headers, body)
        if fault == "lie-foreign":
            return self._foreign()
        if fault == "lie-nothing":
            return Answer(201, None, {"location": f"{self.base_url}/DocumentReference/{uuid.uuid4()}/_history/1"})
        if (condition := headers.get("if-none-exist")) and (found := self._find(kind, parse_qsl(condition))):
            return Answer(200, None, {"location": f"{self.base_url}/{kind}/{found[0]['id']}"})
        made = self._transaction(resource) if kind == "" else self._created(resource)
        if fault == "cut-after":
            return CUT
        if fault in {"500-after", "503-after"}:
            raise RefusedError(int(fault[:3]), "transient", "an error after it was stored")
        return made

    def _raise(self, fault: str) -> None:
        status, _, more = fault.partition("-")
        if more == "after" or not status.isdecimal():
            return
        codes = {"401": "login", "403": "forbidden", "409": "conflict", "413": "too-long", "422": "processing"}
        wait = self._faults.retry_after_s
        headers = {"retry-after": str(wait)} if wait and status in {"429", "503"} else {}
        code = "duplicate" if more == "duplicate" else codes.get(status, "transient")
        raise RefusedError(int(status), code, "refused on purpose", headers)

    def _checked(self, kind: str, headers: Mapping[str, str], body: bytes) -> Object:
        if headers.get("content-type", "").partition(";")[0] != _FHIR:
            raise RefusedError(415, "not-supported", f"expected: {_FHIR}")
        try:
            resource = json.loads(body)
        except ValueError:
            raise RefusedError(400, "structure", "not JSON") from None
        if not isinstance(resource, dict) or resource.get("resourceType") != (kind or "Bundle"):
            raise RefusedError(400, "invalid", "not the kind of resource that the path names")
        if kind and kind not in self.kinds:
            raise RefusedError(405, "not-supported", f"{kind} cannot be created here")
        if why := problem(resource, self.version):
            raise RefusedError(422, "invariant", why)
        return resource

    def _created(self, resource: Object) -> Answer:
        for each in _references(resource):
            kind, _, name = each.removeprefix(f"{self.base_url}/").partition("/")
            if kind in _REFERRED and (kind, name) not in self.resources:
                raise RefusedError(422, "not-found", f"there is no {each}")
        stored = self.add(resource)
        self._arrived.add(stored["id"])
        location = f"{self.base_url}/{stored['resourceType']}/{stored['id']}/_history/1"
        return Answer(201, None, {"location": location})

    def _transaction(self, bundle: Object) -> Answer:
        """Store all of a transaction's resources, with the references between them resolved."""
        entries = [each for each in bundle["entry"] if each["request"]["method"] == "POST"]
        if bundle["type"] != "transaction" or len(entries) != len(bundle["entry"]):
            raise RefusedError(400, "not-supported", "transactions of creates only")
        text = json.dumps([each["resource"] for each in entries])
        names = [str(uuid.uuid4()) for _ in entries]
        for each, name in zip(entries, names, strict=True):
            if each["resource"]["resourceType"] not in self.kinds:
                raise RefusedError(405, "not-supported", "cannot be created here")
            text = text.replace(json.dumps(each["fullUrl"]), json.dumps(f"{each['resource']['resourceType']}/{name}"))
        before = dict(self.resources)
        try:
            made = [self._created({**each, "id": name}) for each, name in zip(json.loads(text), names, strict=True)]
        except RefusedError:
            self.resources = before
            raise
        answers = [{"response": {"status": "201 Created", "location": each.headers["location"]}} for each in made]
        return Answer(200, {"resourceType": "Bundle", "type": "transaction-response", "entry": answers})

    def _foreign(self) -> Answer:
        """Answer as a conditional create does that found somebody else's document."""
        other = self.add({"resourceType": "DocumentReference", "status": "current", "content": [{"attachment": {}}]})
        return Answer(200, None, {"location": f"{self.base_url}/DocumentReference/{other['id']}"})

    def _all(self) -> list[Object]:
        return list(self.resources.values())

    def _configuration(self) -> Object:
        return {
            "token_endpoint": self.sign_in.token_url,
            "grant_types_supported": ["client_credentials"],
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
            "capabilities": ["client-confidential-asymmetric", "client-public", "launch-ehr", "permission-v2"],
            **self.launches.configuration(),
        }


def _has(resource: Object, identifier: str) -> bool:
    return f"urn:ietf:rfc3986|{identifier}" in numbers(resource)


def _references(value: Any) -> Iterable[str]:  # noqa: ANN401 (JSON of any kind)
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        for each in value.values():
            yield from _references(each)
    if isinstance(value, list):
        for each in value:
            yield from _references(each)
