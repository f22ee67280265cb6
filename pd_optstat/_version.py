"""The version, as the installed package says it."""

__version__ = "0.1.0.dev0"
