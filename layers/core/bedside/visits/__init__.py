"""Video visits, from booking to summary; tolerates late, repeated, reordered and missing provider events."""
