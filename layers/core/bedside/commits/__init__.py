"""What clinicians commit to the patient's record: each photo and text arrives there once."""
