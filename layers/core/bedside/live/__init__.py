"""Telling the clinician's page, at once, what has changed."""
