"""Composes live updates, over our own WebSocket API or Ably."""

from functools import cached_property
from typing import TYPE_CHECKING

from bedside.kernel.errors import UnavailableError
from bedside.live.settings import LiveSettings
from bedside.platform.observability import live_publish_failed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bedside.adapters.ably import Ably
    from bedside.adapters.aws.websockets import Sockets
    from bedside.live.publisher import Publisher
    from bedside.platform.wiring import Platform


class LiveWiring:
    """Parts that deliver messages to pages; domains decide on content and recipients."""

    def __init__(self, platform: "Platform") -> None:
        self.platform = platform

    @cached_property
    def settings(self) -> LiveSettings:
        return LiveSettings.from_env(self.platform.env)

    @cached_property
    def publisher(self) -> "Publisher":
        from bedside.live.publisher import AblyPublisher, SocketPublisher

        settings = self.settings
        if settings.live_provider == "ably":
            return AblyPublisher(self.ably, settings.ably_rest_url, settings.ably_realtime_url, live_publish_failed)
        return SocketPublisher(lambda: self.sockets, settings.live_url, live_publish_failed)

    @cached_property
    def ably(self) -> "Ably":
        from bedside.adapters.ably import Ably

        key = self.platform.secrets.ably_key
        if not key:
            raise UnavailableError("The secret ably-key is missing.")
        return Ably(self.settings.ably_rest_url, key)

    def dismiss(self, connections: "Sequence[str]") -> None:
        """Tell pages that newer ones took their place, so that they poll instead of connecting again."""
        if connections:
            self.sockets.send(connections, '{"type":"superseded"}')

    @cached_property
    def sockets(self) -> "Sockets":
        from bedside.adapters.aws.websockets import Sockets

        return Sockets(self.settings.live_endpoint, self.platform.settings.region)
