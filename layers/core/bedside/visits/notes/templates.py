"""A clinician's templates for notes: named texts for the four fields, of their own and for one facility."""

from dataclasses import dataclass
from typing import Annotated, Any, Final, TypedDict, cast

from pydantic import Field, StringConstraints

from bedside.adapters.aws.attributes import Item
from bedside.adapters.aws.dynamodb import ConditionFailedError, Table
from bedside.identity.principal import Clinician
from bedside.kernel.errors import FieldFault, InvalidRequestError, PreconditionFailedError
from bedside.kernel.versions import version_seen
from bedside.kernel.wire import Line, Paragraphs, Wire

_CHANGED: Final = "The templates were changed elsewhere."
# More than anybody finds again in a menu. The limit of the request's body keeps the item far below DynamoDB's 400 KB.
_MAX_TEMPLATES: Final = 30
_Text = Annotated[Paragraphs, StringConstraints(max_length=2_000)]


class NoteTemplate(Wire):
    """A template; texts that are empty leave the note's field alone."""

    name: Annotated[Line, StringConstraints(min_length=1, max_length=60)]
    chief_complaint: _Text = ""
    observations: _Text = ""
    assessment: _Text = ""
    plan: _Text = ""


class TemplatesRequest(Wire):
    """All templates in the order in which they are offered."""

    templates: Annotated[list[NoteTemplate], Field(max_length=_MAX_TEMPLATES)]


class TemplateDocument(TypedDict):
    name: str
    chiefComplaint: str
    observations: str
    assessment: str
    plan: str


class TemplatesDocument(TypedDict):
    """The caller's own templates in their present facility, in the order in which they are offered."""

    templates: list[TemplateDocument]


@dataclass(frozen=True, slots=True)
class NoteTemplates:
    """Templates by clinician and facility: all of one clinician in one item, whose version is the entity tag."""

    table: Table

    def get(self, clinician: Clinician) -> tuple[TemplatesDocument, int]:
        """Return the clinician's templates and their version. Raises UnavailableError."""
        item = self._item(clinician)
        return _document(item), int(item["version"])

    def replace(
        self, clinician: Clinician, request: TemplatesRequest, if_match: str | None
    ) -> tuple[TemplatesDocument, int]:
        """Replace all templates if the If-Match header names the current version; return them and their new version.

        Replacing them by the same again creates no new version, so that a request can be repeated after a lost
        response. Raises InvalidRequestError, PreconditionRequiredError, PreconditionFailedError, UnavailableError.
        """
        names = [template.name.casefold() for template in request.templates]
        if len(set(names)) < len(names):
            raise InvalidRequestError([FieldFault("templates", "Each template needs a name of its own.", "name-taken")])
        version = version_seen(if_match, lambda: int(self._item(clinician)["version"]), _CHANGED)
        templates = [template.model_dump(by_alias=True) for template in request.templates]
        item = {"pk": _key(clinician), "version": version + 1, "templates": templates}
        condition = "#version = :seen" if version else "attribute_not_exists(#pk)"
        try:
            self.table.put(item, condition=condition, values={"seen": version} if version else {})
        except ConditionFailedError as error:
            current = error.item or self._item(clinician)
            if current["version"] != version + 1 or current["templates"] != templates:
                raise PreconditionFailedError(_CHANGED, int(current["version"])) from error
        return _document(item), version + 1

    def _item(self, clinician: Clinician) -> Item:
        return self.table.get(_key(clinician)) or {"version": 0, "templates": []}


def _key(clinician: Clinician) -> str:
    return f"note-templates#{clinician.facility_id}#{clinician.user_id}"


def _document(item: dict[str, Any]) -> TemplatesDocument:
    return cast("TemplatesDocument", {"templates": item["templates"]})
