import os
from dataclasses import dataclass
from pathlib import Path

from local.certificate import lan_address
from local.cloud import ROOT
from local.guard import LOOPBACK

_DEFAULT_PORT = 8000
_FIRST_PORT = 1024  # lower ones need privileges
_LAST_PORT = 65_533  # two more ports follow
_FAST = 20


@dataclass(frozen=True)
class Settings:
    """Where one run of the local cloud lives: three ports in a row, a state folder, the stack file."""

    port: int
    address: str
    lan: bool
    stack_file: Path
    # What every waiting time of a visit is divided by.
    time_scale: int = 1
    # Whether every function starts before the run is ready.
    warm: bool = True

    @property
    def cloud_port(self) -> int:
        return self.port + 1

    @property
    def bridge_port(self) -> int:
        return self.port + 2

    @property
    def ports(self) -> list[int]:
        return [self.port, self.cloud_port, self.bridge_port]

    @property
    def state(self) -> Path:
        return ROOT / "local/.state" / str(self.port)

    @property
    def origin(self) -> str:
        return f"{'https' if self.lan else 'http'}://{self.address}:{self.port}"

    @property
    def names(self) -> frozenset[str]:
        """The hosts that a request to the front may name."""
        return LOOPBACK | {self.address.lower()}

    @property
    def live_url(self) -> str:
        return f"{'wss' if self.lan else 'ws'}://{self.address}:{self.port}/live"


def read() -> Settings:
    """Read PORT, LAN, LAN_ADDRESS, FAST, COLD and STACK_FILE; raises ValueError on a PORT that is none."""
    text = os.environ.get("PORT") or str(_DEFAULT_PORT)
    if not text.isdecimal() or not _FIRST_PORT <= int(text) <= _LAST_PORT:
        raise ValueError(f"PORT must be a number from {_FIRST_PORT} to {_LAST_PORT}, not {text!r}")
    lan, fast = _asked("LAN"), _asked("FAST")
    address = (os.environ.get("LAN_ADDRESS") or lan_address()) if lan else "localhost"
    stack_file = Path(os.environ.get("STACK_FILE") or ROOT / "local/stack.json")
    return Settings(int(text), address, lan, stack_file.resolve(), _FAST if fast else 1, not _asked("COLD"))


def _asked(name: str) -> bool:
    return os.environ.get(name, "") not in {"", "0", "no", "false"}
