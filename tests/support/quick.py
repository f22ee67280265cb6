"""What the quick suite leaves to the whole one: some of Hypothesis's examples, and some of a test's parameters."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import settings

#: How many the whole suite's profile tries. The quick suite's tries fewer, and each test's own number is cut likewise.
ALL = 100


def examples(count: int) -> settings:
    """Return the settings of a test with `count` examples, of which the quick suite tries a fifth."""
    return settings(max_examples=max(1, count * settings().max_examples // ALL))


def slow(*values: Any) -> Any:
    """Return a set of parameters that the quick suite leaves out."""
    return pytest.param(*values, marks=pytest.mark.slow)
