"""The OpenAPI document of the product, made from the domains' manifests. Functions import nothing of it."""
