"""What other services tell us: verified, kept, and handled once."""
