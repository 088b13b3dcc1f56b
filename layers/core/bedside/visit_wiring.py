"""The parts of functions around visits, webhooks and recordings; see wiring.py."""

from functools import cached_property
from typing import TYPE_CHECKING

from bedside.wiring import Wiring

if TYPE_CHECKING:
    from bedside.adapters.dynamo import Table
    from bedside.visits.course import Rules
    from bedside.visits.record import VisitRecord


class VisitWiring(Wiring):
    """Adds to the parts of every function those of visits."""

    @cached_property
    def visits_table(self) -> "Table":
        from bedside.adapters.dynamo import Table

        return Table(self.settings.visits_table)

    @cached_property
    def rules(self) -> "Rules":
        from bedside.visits.course import Rules

        settings = self.settings
        return Rules(settings.no_show_ms, settings.grace_ms, settings.warning_ms, settings.limit_ms)

    @cached_property
    def visit_record(self) -> "VisitRecord":
        from bedside.visits.record import VisitRecord

        return VisitRecord(self.visits_table, self.rules)
