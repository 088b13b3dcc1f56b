"""What functions load to tell how they do costs little."""

import subprocess
import sys


def test_hot_functions_load_no_sdk() -> None:
    """Importing one loads neither boto3 nor what encrypts, which only some calls need."""
    script = (
        "import sys; sys.path[:0] = ['functions', 'layers/core']\n"
        "import presigned_url.handler, token_validate.handler\n"
        "from bedside.capture import image_repository, qr_exchange, session_repository, uploads\n"
        "print([name for name in ('boto3', 'botocore.session', 'cryptography') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603  # our own script
    assert done.stdout.strip() == "[]"
