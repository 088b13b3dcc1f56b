"""Settings for channels, read once from a function's environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

# Where the push services of Chrome, Firefox, Safari and Edge are.
PUSH_HOSTS: Final = "fcm.googleapis.com,updates.push.services.mozilla.com,*.push.apple.com,*.notify.windows.com"


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """Who carries mail and text messages, from whom mail comes ("": none is sent), and which push services are used.

    `push_contact` is a mailto: or https: URL by which push services reach the operator; "" is the pages' own.
    """

    notifications_table: str
    provider: Literal["aws", "novu"]
    mail_sender: str
    mail_configuration_set: str
    novu_api_url: str
    push_hosts: tuple[str, ...]
    push_contact: str

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "ChannelSettings":
        """Return the settings in `env`.

        Raises KeyError for a missing variable without a default, ValueError for a carrier that there is none of.
        """
        return cls(
            notifications_table=env["BEDSIDE_NOTIFICATIONS_TABLE"],
            provider=_provider(env.get("BEDSIDE_NOTIFICATION_PROVIDER", "aws")),
            mail_sender=env.get("BEDSIDE_MAIL_SENDER", ""),
            mail_configuration_set=env.get("BEDSIDE_MAIL_CONFIGURATION_SET", ""),
            novu_api_url=env.get("BEDSIDE_NOVU_API_URL", "https://api.novu.co"),
            push_hosts=_hosts(env.get("BEDSIDE_PUSH_HOSTS", PUSH_HOSTS)),
            push_contact=env.get("BEDSIDE_PUSH_CONTACT", ""),
        )


def _provider(name: str) -> Literal["aws", "novu"]:
    match name:
        case "aws" | "novu":
            return name
        case _:
            raise ValueError("NotificationProvider must be aws or novu")


def _hosts(listed: str) -> tuple[str, ...]:
    return tuple(host for host in listed.replace(" ", "").split(",") if host)
