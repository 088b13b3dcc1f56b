from benchmarks.turns import FUNCTIONS
from tests.template import test_template as template

# Pages, which no peer serves; the directory of patients, which is measured by its search in a large facility; what
# nobody waits for at the bedside, such as schedules, drawings, an order of photos, or a preview, which may be lost; and
# functions that no caller reaches.
_OTHERS = {
    "metrics_export",
    "web",
    "patients",
    "encounters",
    "bookings",
    "payouts",
    "notifications",
    "notification_trigger",
    "notification_dispatch",
    "mail_events",
    "medications",
    "commits",
    "photo_render",
    "record_commit",
    "record_targets",
    "record_launch",
    "contact_points",
    "image_keep",
    "image_edits",
    "image_arrange",
    "phone_admit",
    "upload_token",
    "session_waiting",
    "consent_record",
    "session_preview",
    "timeline_append",
    "live",
    "upload_watch",
    "timeout",
    "sweep",
    "webhook_processor",
    "webhook_replay",
    "recording_copy",
    "audit_copy",
    "visit_fanout",
    "deployment_check",
}


def test_every_function_that_callers_reach_is_measured() -> None:
    """With calls that it has."""
    routes = {
        each["Handler"].split(".")[0]: {
            f"{event['Properties'].get('Method')} {event['Properties'].get('Path')}"
            for event in each.get("Events", {}).values()
        }
        for each in template.FUNCTIONS.values()
    }
    assert FUNCTIONS.keys() == routes.keys() - _OTHERS
    assert all(set(calls) <= routes[function] for function, calls in FUNCTIONS.items())
