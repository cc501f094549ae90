"""Measures the product on published benchmarks, through the same calls that users make."""
