"""A practitioner's notes on a visit: drafts, signature, addenda, and the copy for the patient."""
