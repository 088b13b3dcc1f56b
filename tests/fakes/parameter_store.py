"""SSM's GetParameters as AWS documents it, with the caller's signature checked by botocore's own signer."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from unittest.mock import patch

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.fakes.serving import Handler, serving

ACCESS_KEY, SECRET_KEY, SESSION_TOKEN = "AKIDEXAMPLE", "secret-of-the-role", "token-of-the-role"


@contextmanager
def parameter_store(parameters: Mapping[str, str]) -> Iterator[str]:
    """Serve these parameters (name → value) to whoever signs with the example role; gives the origin."""

    class Store(Handler):
        def do_POST(self) -> None:  # noqa: N802  # the name http.server calls
            body = self.body()
            if self.headers["X-Amz-Target"] != "AmazonSSM.GetParameters":
                self.answer(400, b'{"__type":"UnknownOperationException"}')
            elif not signed_properly(dict(self.headers.items()), body):
                self.answer(400, b'{"__type":"IncompleteSignature"}')
            else:
                names = json.loads(body)["Names"]
                found = [
                    {"Name": name, "Type": "SecureString", "Value": value}
                    for name, value in parameters.items()
                    if name in names
                ]
                self.answer(200, json.dumps({"Parameters": found}).encode(), "application/x-amz-json-1.1")

    with serving(Store) as origin:
        yield origin


def signed_properly(headers: Mapping[str, str], body: bytes) -> bool:
    """Tell whether botocore, given the same request, writes the same Authorization header."""
    named = {name.lower(): value for name, value in headers.items()}
    found = re.search(r"Credential=[^/]+/\d{8}/([^/]+)/([^/]+)/.*SignedHeaders=([^,]+)", named.get("authorization", ""))
    if not found:
        return False
    region, service, names = found.groups()
    sent = {name: named[name] for name in names.split(";") if name != "host"}
    request = AWSRequest("POST", f"http://{named['host']}/", headers=sent, data=body)
    moment = datetime.strptime(named["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    with patch("botocore.auth.get_current_datetime", lambda **_: moment.replace(tzinfo=None)):
        SigV4Auth(Credentials(ACCESS_KEY, SECRET_KEY, SESSION_TOKEN), service, region).add_auth(request)
    return request.headers["Authorization"] == named["authorization"]
