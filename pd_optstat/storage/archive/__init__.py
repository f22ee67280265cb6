"""Archives: what a cache holds as a Parquet dataset that any engine reads, and a source for whole teams."""
