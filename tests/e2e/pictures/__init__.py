"""Makes the README's pictures from the running product: `python -m tests.e2e.pictures [stack file]`."""
