"""What is kept on disk, and checked before it is used: the cache, pin files, Parquet archives.

Imports `core`, `config` and `proto`; each of the three packages stands alone.
"""
