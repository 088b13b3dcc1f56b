"""What a run tells whoever started it: where everything is, and as whom they can sign in."""

import segno

from local.demo_people import PEOPLE
from local.settings import Settings


def greet(chosen: Settings, page_key: str, seconds: float) -> None:
    """Print where everything is; `page_key` opens what other people on the network may not see."""
    print(f"\nReady after {seconds:.0f} s.\n")
    print(f"  desktop page   {chosen.origin}/")
    print(f"  phone page     {chosen.origin}/capture   (scan the QR code of the desktop page)")
    print(f"  visits         {chosen.origin}/schedule and, for the patient, {chosen.origin}/my-visits")
    print(f"  sign in as     {_phone('clinician')}  (clinician), {_phone('admin')}  (administrator),")
    print(f"                 {_phone('patient')}  (patient)")
    key = f"?key={page_key}" if page_key else ""
    print(f"  codes          {chosen.origin}/outbox{key}")
    print(f"  video calls    {chosen.origin}/hms{key}   (what goes on in them, and what may go wrong)")
    print(f"  payments       {chosen.origin}/stripe{key}   (who paid what, and what may go wrong)")
    print(f"  records        {chosen.origin}/ehr{key}   (which documents arrived in patients' records)")
    print(f"  addresses      {chosen.stack_file}")
    print(f"  logs           {chosen.state}")
    if chosen.lan:
        print(
            "\nAnybody on this network can open its pages, but codes, calls and payments only by the links above.\n"
            "The certificate is self-signed: accept it once per browser.\n"
        )
        segno.make(f"{chosen.origin}/", error="m").terminal(compact=True)
    print("\nCtrl-C stops everything.", flush=True)


def _phone(key: str) -> str:
    return next(person.phone for person in PEOPLE if person.key == key)
