"""What the caller wants to be told where and when."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from bedside.identity.principal import Principal
from bedside.kernel.errors import FieldFault, InvalidRequestError, PreconditionFailedError
from bedside.kernel.versions import version_seen
from bedside.kernel.wall_clock import minute_of
from bedside.notifications.errors import CriticalRequiredError
from bedside.notifications.preferences import Preferences, QuietHours, critical_categories, in_order
from bedside.notifications.recipients import RecipientRepository
from bedside.notifications.representation import PreferencesDocument, preferences_document
from bedside.notifications.requests import PreferencesRequest, QuietHoursRequest
from bedside.platform.contract import Workflow

_CHANGED = "The preferences were changed elsewhere."


@dataclass(frozen=True, slots=True)
class PreferenceChoice:
    """Preferences of the caller. `time_zone_of` returns a facility's at an instant (Unix ms)."""

    recipients: RecipientRepository
    workflows: Mapping[str, Workflow]
    time_zone_of: Callable[[str | None, int], str]

    def get(self, who: Principal, now_ms: int) -> tuple[PreferencesDocument, int]:
        """Return the caller's preferences and their version."""
        return self._document(who, self.recipients.get(who.user_id).preferences, now_ms)

    def save(
        self, who: Principal, request: PreferencesRequest, if_match: str | None, now_ms: int
    ) -> tuple[PreferencesDocument, int]:
        """Change the caller's preferences; return them and their new version. A repeated request gets the same answer.

        Raises CriticalRequiredError if no channel is left, InvalidRequestError, PreconditionRequiredError,
        PreconditionFailedError, UnavailableError.
        """
        chosen = _chosen(request)
        seen = version_seen(if_match, lambda: self.recipients.get(who.user_id).preferences.version, _CHANGED)
        saved = self.recipients.save_preferences(who.user_id, replace(chosen, version=seen))
        if saved is None:
            current = self.recipients.get(who.user_id).preferences
            if current != replace(chosen, version=seen + 1):
                raise PreconditionFailedError(_CHANGED, current.version)
            saved = current
        return self._document(who, saved, now_ms)

    def _document(self, who: Principal, preferences: Preferences, now_ms: int) -> tuple[PreferencesDocument, int]:
        zone = preferences.time_zone or self.time_zone_of(who.facility_id, now_ms)
        critical = critical_categories(self.workflows.values())
        return preferences_document(preferences, zone, critical), preferences.version


def _chosen(request: PreferencesRequest) -> Preferences:
    if not request.channels:
        raise CriticalRequiredError("Choose at least one channel, on which you are told what is critical.")
    return Preferences(
        channels=in_order(request.channels),
        categories={name: in_order(channels) for name, channels in request.categories.chosen().items()},
        quiet_hours=_quiet_hours(request.quiet_hours),
        time_zone=request.time_zone,
        digest=request.digest,
        discreet=request.discreet,
        language=request.language,
    )


def _quiet_hours(request: QuietHoursRequest | None) -> QuietHours | None:
    if request is None:
        return None
    begin, end = minute_of(request.begin), minute_of(request.end)
    if begin == end:
        raise InvalidRequestError(
            [FieldFault("quietHours.to", "Quiet hours end at another time than they begin.", "quiet-hours")]
        )
    return QuietHours(begin, end)
