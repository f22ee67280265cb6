"""The cache: a folder with one SQLite database of histories, by origin and series."""
