"""What every layer may know: errors, JSON models, ids, instants. No I/O."""
