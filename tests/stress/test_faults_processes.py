"""Many processes with one cache: some are killed, some start at the same time, some fork."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import threading
import time
import warnings
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from support.checked_loads import (
    MONTH,
    ORIGIN,
    OTHER_MONTH,
    PATIENCE,
    SERIES,
    SOURCE,
    forget,
    needs_fork,
    reference,
    sessions_in,
    simulator,
    try_load,
    values,
)
from support.checked_loads import month as month
from support.checked_loads import shm as shm
from support.fork_server import fork_server as fork_server
from support.fork_server import process as process

import pd_optstat as po

pytestmark = [needs_fork, pytest.mark.slow]


# -- Kills ---------------------------------------------------------------------------------------------------------

KILLS, KILLS_A_FOLDER = 200, 10


def test_kills_at_random_moments_lose_and_falsify_nothing(fork_server, tmp_path):
    at_random = random.Random()
    killed = Counter()
    with simulator(page_size=60, latency=0.001) as server:
        for number in range(KILLS):
            folder = tmp_path / f"cache-{number // KILLS_A_FOLDER}"
            log = tmp_path / f"log-{number // KILLS_A_FOLDER}"
            if number % KILLS_A_FOLDER == 0:
                done: list[list[str]] = []
            # Most of the time is spent on requests over TCP, and on storing in process.
            url = server.url if number % 2 else SOURCE
            shutil.rmtree(fork_server.folder / "temporary", ignore_errors=True)  # the rate limit's slots
            child = fork_server.start("load_until_killed", folder=str(folder), url=url, log=str(log), number=number)
            time.sleep(at_random.uniform(0.0, 0.2))
            child.kill()
            assert not Path(f"{child.result}.failed").exists(), Path(f"{child.result}.failed").read_text()
            journal = folder / "cache.db-journal"
            killed["while storing"] += journal.exists() and journal.stat().st_size > 0
            lines = log.read_text().splitlines() if log.exists() else []
            killed["ranges"] += len(lines) - len(done)
            done = [json.loads(line) for line in lines]
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                check_after_a_kill(folder, done)
            forget()
    assert killed["while storing"] >= 5
    assert killed["ranges"] >= KILLS / 4


def check_after_a_kill(folder: Path, done: list[list[str]]) -> None:
    cache = po.Cache(folder)
    for market, data_type in SERIES:
        revisions = cache.revisions(market, data_type)
        held = {str(day): [call, put] for day, call, put in values(revisions.set_index("time"))}
        right = {str(day): [call, put] for day, call, put in reference(market, data_type, "2008-01-01", "2026-06-30")}
        assert len(held) == len(revisions)
        assert held.items() <= right.items() or {day: right[day] for day in held} == held
        covered = {
            day for first, last in cache.coverage(market, data_type, ORIGIN) for day in sessions_in(market, first, last)
        }
        for *series, start, end in done:
            if series == [market, data_type]:
                assert covered >= set(sessions_in(market, date.fromisoformat(start), date.fromisoformat(end)))
    for *series, start, end in done[-2:]:
        outcome = try_load(*series, start, end, source=SOURCE, cache=folder)
        assert outcome[:4] == ["frame", reference(*series, start, end), [], 0]
    assert len(cache.verify()) == 0
    assert not list(folder.glob("*set-aside*"))


# -- Crowds --------------------------------------------------------------------------------------------------------

THREE_YEARS = ("US_SECURITY", "VOLUME", "2018-01-01", "2020-12-31")


def pages_of(server: Any) -> tuple[int, int]:
    return server.service.pages_served, server.service.first_pages_served


def test_threads_and_processes_loading_one_range_request_it_once(fork_server, tmp_path):
    folder = tmp_path / "cache"
    with simulator(page_size=40, latency=0.02) as server:
        once = try_load(*THREE_YEARS, source=server.url, cache=tmp_path / "alone")
        alone = pages_of(server)
        children = [
            fork_server.start("load", arguments=THREE_YEARS, source=server.url, cache=str(folder)) for _ in range(8)
        ]
        outcomes: list[Any] = []
        threads = [
            threading.Thread(
                target=lambda: outcomes.append(try_load(*THREE_YEARS, source=server.url, cache=po.Cache(folder)))
            )
            for _ in range(2)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
        outcomes += [child.wait() for child in children]
        assert pages_of(server) == (2 * alone[0], 2 * alone[1])
    assert len(outcomes) == 10
    assert [outcome[:2] for outcome in outcomes] == [once[:2]] * 10
    assert once[1] == reference(*THREE_YEARS)
    assert sorted(outcome[3] for outcome in outcomes) == [0] * 9 + [alone[0]]


def test_other_processes_continue_when_the_one_that_fetches_is_killed(fork_server, tmp_path):
    folder = tmp_path / "cache"
    long = ("US_SECURITY", "VOLUME", "2014-01-01", "2020-12-31")
    with simulator(page_size=40, latency=0.05) as server:
        first = fork_server.start("load", arguments=long, source=server.url, cache=str(folder))
        deadline = time.monotonic() + PATIENCE
        while server.service.pages_served < 20 and time.monotonic() < deadline:
            time.sleep(0.002)
        others = [fork_server.start("load", arguments=long, source=server.url, cache=str(folder)) for _ in range(7)]
        first.kill()
        assert not first.result.exists()
        outcomes = [other.wait() for other in others]
    assert [outcome[:3] for outcome in outcomes] == [["frame", reference(*long), []]] * 7
    assert sum(outcome[3] > 0 for outcome in outcomes) == 1
    shutil.rmtree(tmp_path / "cache")


def test_eight_processes_share_the_rate_limit(fork_server, tmp_path):
    """Each loads ten windows. Together they may request 60 in 30 s, and the simulator refuses the 61st."""
    every = [(market, data_type) for market in ("US_SECURITY", "US_INDEX", "HK_SECURITY", "HK_INDEX")
             for data_type in ("VOLUME", "OPEN_INTEREST")]  # fmt: skip
    with simulator(rate_limit=True, clock=time.monotonic, until=date(2026, 6, 12)) as server:
        begun = time.monotonic()
        children = [
            fork_server.start(
                "load",
                arguments=[*series, "2010-01-01", "2019-12-20"],
                source=server.url,
                cache=str(tmp_path / "cache"),
            )
            for series in every
        ]
        outcomes = [child.wait() for child in children]
        took = time.monotonic() - begun
        first_pages = server.service.first_pages_served
    assert [outcome[0] for outcome in outcomes] == ["frame"] * 8, [outcome[1] for outcome in outcomes]
    for series, outcome in zip(every, outcomes, strict=True):
        assert outcome[:2] == ["frame", reference(*series, "2010-01-01", "2019-12-20")]
    assert first_pages == 80
    assert 29 < took < 60


def test_a_load_within_a_load_does_not_deadlock(tmp_path):
    inner = []

    def progress(done: int, total: int) -> None:
        inner.append(try_load(*OTHER_MONTH, source=SOURCE, cache=tmp_path / "cache"))

    po.load(*MONTH, source=SOURCE, cache=tmp_path / "cache", progress=progress)
    for outcome in inner:
        assert outcome[0] in ("frame", "InvalidRequest", "CacheError"), outcome


def test_a_fork_while_another_thread_opens_the_cache(month):
    """The child can open the cache, whatever locks another thread holds at that moment."""
    from pd_optstat.storage.cache import database

    stop = threading.Event()

    def keep_opening() -> None:
        while not stop.is_set():
            database.open_database(month)

    thread = threading.Thread(target=keep_opening)
    thread.start()
    codes = []
    try:
        for _ in range(10):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 and later warn of forks with threads
                pid = os.fork()
            if not pid:
                signal.alarm(20)  # kills a child that waits for a lock for ever
                database.open_database(month)
                os._exit(0)
            codes.append(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    finally:
        stop.set()
        thread.join()
    assert codes == [0] * 10
