"""The vocabulary shared by every layer: errors, JSON models, ids, instants. No I/O."""
