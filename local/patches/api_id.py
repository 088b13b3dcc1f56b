import hashlib


def api_id(stack_name: str, logical_id: str) -> str:
    """Return the id of a stack's API here: eight hex characters, the same on every run.

    The address of the WebSocket API is a parameter of the very stack that creates it, so it has to be known before.
    """
    return hashlib.sha256(f"{stack_name}/{logical_id}".encode()).hexdigest()[:8]
