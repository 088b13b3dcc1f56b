"""A stand-in for Novu as its documentation describes it: triggers by REST, and webhooks about what became of them."""
