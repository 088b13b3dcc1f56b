"""What administrators send to set a facility's record up."""

from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from bedside.commits.record_targets.target import AlexSettings, DownloadSettings, FhirSettings, Settings
from bedside.kernel.wire import REFUSED, Line, Wire

_ADDRESS = "This must be an address that begins with https://, without a query."


def _address(value: str) -> str:
    try:
        parts = urlsplit(value)
        whole = bool(parts.hostname) and not (parts.query or parts.fragment or "@" in parts.netloc)
    except ValueError:
        whole = False
    # A local stand-in has no certificate; which hosts are allowed is checked by those who know.
    if not whole or parts.scheme not in {"https", "http"} or not value.isascii() or not value.isprintable():
        raise PydanticCustomError(REFUSED, _ADDRESS)
    return value.rstrip("/")


Address = Annotated[Line, StringConstraints(max_length=300), AfterValidator(_address)]
Name = Annotated[Line, StringConstraints(min_length=1, max_length=200)]
# As they go into a header or a form.
Token = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,200}$")]
ScopeText = Annotated[str, StringConstraints(pattern=r"^[\x20-\x7e]{0,1000}$")]
Secret = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{8,500}$")]


class FhirRequest(Wire):
    """A FHIR server that knows us by a key of ours, which we make; `newKey` replaces it.

    `tokenUrl` is needed if the server issues tokens at another host, and `scope` if the usual ones do not fit.
    `launchClientId` is how it knows us as an app that it opens (SMART App Launch), a public client.
    """

    base_url: Address
    client_id: Token
    version: Literal["R4", "R5"] = "R4"
    token_url: Address | None = None
    scope: ScopeText | None = None
    photos: Literal["documentReference", "media"] = "documentReference"
    format: Literal["jpeg", "pdf"] = "jpeg"
    algorithm: Literal["ES384", "RS384"] = "ES384"
    new_key: bool = False
    launch_client_id: Token | None = None

    @model_validator(mode="after")
    def _media_of_r4(self) -> Self:
        if self.version == "R5" and self.photos == "media":
            raise PydanticCustomError(REFUSED, "R5 has no Media.")
        return self

    def settings(self) -> FhirSettings:
        """Return the settings."""
        return FhirSettings(
            base_url=self.base_url,
            client_id=self.client_id,
            version=self.version,
            token_url=self.token_url or "",
            scope=self.scope or "",
            photos=self.photos,
            format=self.format,
            algorithm=self.algorithm,
            launch_client_id=self.launch_client_id or "",
        )


class AlexRequest(Wire):
    """ALEX behind a relay; the secret may be left out to stay as it is, if it goes to the same place as before."""

    base_url: Address
    token_url: Address
    client_id: Token
    scope: Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,300}$")]
    facility: Token
    format: Literal["tiff", "pdf"] = "tiff"
    client_secret: Secret | None = Field(default=None, repr=False)

    def settings(self) -> AlexSettings:
        """Return the settings, without the secret."""
        return AlexSettings(
            base_url=self.base_url,
            token_url=self.token_url,
            client_id=self.client_id,
            scope=self.scope,
            facility=self.facility,
            format=self.format,
        )


class TargetRequest(Wire):
    """A facility's record: of its kind, the object of that name has the settings; a download has none."""

    kind: Literal["fhir", "alex", "download"]
    fhir: FhirRequest | None = None
    alex: AlexRequest | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        given = {name for name in ("fhir", "alex") if getattr(self, name) is not None}
        if given != {self.kind} - {"download"}:
            raise PydanticCustomError(REFUSED, "Send the settings of this kind of record, and of no other.")
        return self

    def settings(self) -> Settings:
        """Return the settings, without secrets."""
        if self.fhir:
            return self.fhir.settings()
        return self.alex.settings() if self.alex else DownloadSettings()
