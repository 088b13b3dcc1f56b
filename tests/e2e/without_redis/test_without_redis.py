"""People sign in, work and are cut off while Redis is away: the journeys of tests/e2e/sign_in, each once."""

from tests.e2e.aws import Aws
from tests.e2e.people import Reception
from tests.e2e.sign_in import journeys


def test_from_the_number_to_the_sign_out(reception: Reception) -> None:
    """A code by message, in its exact form; a sign-in as a patient; a new pair for the old; and the end of it."""
    journeys.from_the_number_to_the_sign_out(reception)


def test_kill_switch_cuts_off_everywhere(reception: Reception, aws: Aws) -> None:
    """An administrator closes every function, a ticket, an open socket and a refresh to the lost phone."""
    journeys.kill_switch(reception, aws, "an administrator")
