"""Requests about notes on their way to the record, and how their fields have to look."""

from typing import Annotated

from pydantic import Field

from bedside.commits.requests import ResolveRequest
from bedside.visits.notes.model import MAX_ADDENDA


class ResolveNotesRequest(ResolveRequest):
    """What a person has found in the record of the notes that had so many addenda."""

    addenda: Annotated[int, Field(ge=0, le=MAX_ADDENDA)]
