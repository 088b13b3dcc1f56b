"""Running the product: how it is, and what serves all domains."""
