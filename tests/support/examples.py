"""How many examples Hypothesis tries, for tests that need more or fewer than the profile's."""

from __future__ import annotations

from hypothesis import settings

#: Of the profile that runs every test; the quick suite's is a part of it, and each test's number is cut likewise.
ALL = 100


def examples(count: int) -> settings:
    """Return the settings of a test with `count` examples, of which the quick suite tries a fifth."""
    return settings(max_examples=max(1, count * settings().max_examples // ALL))
