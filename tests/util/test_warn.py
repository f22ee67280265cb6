"""Warnings point at the user's line, or are collected for another thread."""

from __future__ import annotations

import threading
import warnings

import pytest

import pd_optstat as po
from pd_optstat._util.warn import collect_warnings, warn


def test_a_warning_points_at_the_callers_file():
    with pytest.warns(po.DataWarning, match="odd") as caught:
        warn("odd", po.DataWarning)
    assert caught[0].filename == __file__


def test_collected_warnings_are_not_issued():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with collect_warnings() as outer:
            warn("first", po.DataWarning)
            with collect_warnings() as inner:
                warn("second", po.CacheWarning)
            warn("third", po.StaleWarning)
    assert outer == [("first", po.DataWarning), ("third", po.StaleWarning)]
    assert inner == [("second", po.CacheWarning)]


def test_other_threads_are_not_collected():
    heard = []
    with collect_warnings() as collected:
        thread = threading.Thread(target=lambda: heard.append(_category_of("elsewhere")))
        thread.start()
        thread.join()
    assert (collected, heard) == ([], [po.DataWarning])


def _category_of(text):
    with pytest.warns(po.DataWarning) as caught:
        warn(text, po.DataWarning)
    return caught[0].category
