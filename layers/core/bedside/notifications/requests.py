"""What callers send about notifications."""

from typing import Annotated

from pydantic import Field, StringConstraints

from bedside.kernel.cursors import CURSOR
from bedside.kernel.time_zones import TimeZone
from bedside.kernel.wire import Identifier, Wire
from bedside.notifications.preferences import CATEGORIES, CHANNELS, Digest, Language
from bedside.notifications.record import State
from bedside.platform.contract import Category
from bedside.ports.channels import ChannelName

_Clock = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
_Cursor = Annotated[str, StringConstraints(max_length=300, pattern=CURSOR)]
_Channels = Annotated[list[ChannelName], Field(max_length=3)]


class InboxRequest(Wire):
    cursor: _Cursor | None = None


class QuietHoursRequest(Wire):
    """A period of every day, such as from 22:00 to 07:00."""

    begin: _Clock = Field(alias="from")
    end: _Clock = Field(alias="to")


class CategoriesRequest(Wire):
    """Channels by category; what is not given may use all of them."""

    appointments: _Channels | None = None
    photos: _Channels | None = None
    money: _Channels | None = None
    medicines: _Channels | None = None
    account: _Channels | None = None

    def chosen(self) -> dict[Category, list[ChannelName]]:
        """Return the channels of the categories that are given."""
        return {name: channels for name in CATEGORIES if (channels := getattr(self, name)) is not None}


class PreferencesRequest(Wire):
    """Preferences; what is not given becomes what it is for people who never chose."""

    channels: _Channels = Field(default_factory=lambda: [*CHANNELS])
    categories: CategoriesRequest = CategoriesRequest()
    quiet_hours: QuietHoursRequest | None = None
    time_zone: TimeZone | None = None
    digest: Digest = "off"
    discreet: bool = True
    language: Language = "en"


class DeliveryLogRequest(Wire):
    """What one person was told, or everybody; in one state, or any. System administrators name the facility."""

    recipient: Identifier | None = None
    state: State | None = None
    facility_id: Identifier | None = None
    cursor: _Cursor | None = None
