"""A stand-in for the browsers' push services, and for browsers that subscribe with one (RFC 8030, RFC 8291, RFC 8292).

It checks what the real ones check, and decrypts what arrives with the library that pywebpush is built on.
"""
