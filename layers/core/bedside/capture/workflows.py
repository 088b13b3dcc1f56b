"""What clinicians are told of photos; the manifest has it, so this module imports little."""

from typing import Final

from bedside.platform.contract import Workflow

WORKFLOWS: Final = (Workflow("photos-vanish", "photos", ("push", "mail"), critical=True),)
