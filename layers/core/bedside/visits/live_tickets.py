"""How tickets for changes of visits are told from those of capture sessions."""

from typing import Final

TICKET: Final = "v-"
