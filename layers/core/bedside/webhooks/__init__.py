"""Webhooks from other services: verified, stored, and processed once."""
