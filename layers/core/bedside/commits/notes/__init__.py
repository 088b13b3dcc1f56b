"""Signed notes of visits on their way to the patient's record."""
