"""AWS over its REST APIs, without an SDK on the request path."""
