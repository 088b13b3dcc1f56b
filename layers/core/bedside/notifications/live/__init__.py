"""Live updates of the bell: pages that are open hear that their inbox has something new."""
