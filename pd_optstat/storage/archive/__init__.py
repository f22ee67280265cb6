"""Parquet archives: exporting a cache as a dataset, and reading it back."""
