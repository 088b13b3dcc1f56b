"""Rate limits of capture."""

from typing import Final

from bedside.platform.limits.policies import bucket

SESSION_CREATE: Final = bucket("session-create", 600, 600, "user")
# Tokens have 256 bits, so this only limits the load from guessing.
TOKEN_VALIDATE: Final = bucket("token-validate", 600, 60, "address")
# A page asks for a ticket each time that it connects; the burst is for a ward whose network comes back.
LIVE_TICKET: Final = bucket("session-live-ticket", 300, 300, "user")
# A page asks once for the photos that somebody adds, and every ten minutes while they are sent.
UPLOAD_TOKEN: Final = bucket("session-upload-token", 120, 300, "user")
# Today's page looks every minute or so, in each tab.
SESSION_WAITING: Final = bucket("session-waiting", 120, 300, "user")
# A page reads what is drawn on up to twenty photos, and saves when somebody is done with one.
IMAGE_EDITS: Final = bucket("image-edits", 300, 120, "user")
# Twenty photos with several retries each.
PRESIGNED_URL: Final = bucket("presigned-url", 200, 100, "session")
# Ten phones that ask every five seconds, and a burst after a network has come back.
SESSION_STATUS: Final = bucket("session-status", 120, 60, "session")
# One for each photo that a link is asked for.
SESSION_PREVIEW: Final = bucket("session-preview", 200, 100, "session")
