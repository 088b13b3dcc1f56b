"""Checks of identity documents."""

from local.stripe.store import Object, Store


class Identity:
    """Verification sessions in a store."""

    def __init__(self, store: Store, origin: str) -> None:
        self._store = store
        self.origin = origin
        self._returns: dict[str, str] = {}

    def open(self, form: Object) -> Object:
        """Open a session; raises LookupError."""
        session = self._store.add(
            "vs",
            "identity.verification_session",
            client_reference_id=form.get("client_reference_id"),
            client_secret=None,
            last_error=None,
            last_verification_report=None,
            metadata=form.get("metadata", {}),
            options={},
            redaction=None,
            status="requires_input",
            type=form["type"],
        )
        session["url"] = f"{self.origin}/stripe/identity/{session['id']}"
        self._returns[session["id"]] = form["return_url"]
        self._store.tell("identity.verification_session.created", session)
        return session

    def return_url(self, session: Object) -> str:
        return self._returns[session["id"]]

    def finish(self, session: Object, problem: str) -> None:
        """End a try: with a problem, such as document_expired, or without."""
        if session["status"] == "verified":
            return
        if problem:
            session["last_error"] = {"code": problem, "reason": "The document could not be verified."}
            self._store.tell("identity.verification_session.requires_input", session)
        else:
            session |= {"status": "verified", "url": None, "last_error": None}
            self._store.tell("identity.verification_session.verified", session)
