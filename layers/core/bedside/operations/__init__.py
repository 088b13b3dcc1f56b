"""Operating the product: health, and functions that serve all domains."""
