"""The record of each facility: how it is reached, who we are there, and whether that works."""
