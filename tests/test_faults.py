"""Whatever happens to the cache: kills, full disks, flipped bytes, poison, strangers in its place, crowds.

Run as a program, this module is a warm process that forks children on demand: what must be killed, or must run with
other rights or limits, starts within milliseconds that way, and never in a process that has threads.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import os
import pickle
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import pd_optstat as po

SEED, SOURCE, ORIGIN = 7, "simulator:?seed=7", "simulator:7"
SERIES = [("US_SECURITY", "VOLUME"), ("HK_INDEX", "OPEN_INTEREST")]
MONTH = ("US_SECURITY", "VOLUME", "2024-01-02", "2024-01-31")
OTHER_MONTH = ("US_SECURITY", "VOLUME", "2023-05-02", "2023-05-31")
#: Where nothing waits for a disk; the tests that kill use a real one.
SHM = "/dev/shm" if Path("/dev/shm").is_dir() else None
#: No load here takes a tenth of it.
PATIENCE = 30

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


# -- What runs in children; each returns something that JSON can hold ----------------------------------------------

JOBS: dict[str, Callable[..., Any]] = {}


def job(function: Callable[..., Any]) -> Callable[..., Any]:
    JOBS[function.__name__] = function
    return function


def values(frame: Any) -> list[list[int]]:
    days = [int(f"{day:%Y%m%d}") for day in frame.index]
    return [list(row) for row in zip(days, frame["call_value"].tolist(), frame["put_value"].tolist(), strict=True)]


def try_load(*arguments: Any, **options: Any) -> list[Any]:
    """Return the kind of the outcome, and the rows or the message."""
    try:
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            frame = po.load(*arguments, progress=False, **options)
    except Exception as error:
        return [type(error).__name__, str(error), []]
    about = frame.attrs["optstat"]
    return ["frame", values(frame), [note.category.__name__ for note in told], about["requests"], about["source"]]


def forget() -> None:
    from pd_optstat import loader, store

    store.forget_stores()
    loader._cache_in.cache_clear()


@job
def load(arguments: list[Any], **options: Any) -> list[Any]:
    return try_load(*arguments, **options)


@job
def load_until_killed(folder: str, url: str, log: str, number: int) -> None:
    """Load random ranges for ever; note each one, for good, once it is loaded."""
    at_random = random.Random(number)
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    while True:
        series = at_random.choice(SERIES)
        start = date(2012, 1, 2) + timedelta(days=at_random.randrange(4000))
        end = start + timedelta(days=at_random.choice([20, 300, 900]))
        po.load(*series, start, end, source=url, cache=folder, progress=False, refresh=not at_random.randrange(6))
        os.write(descriptor, f"{json.dumps([*series, str(start), str(end)])}\n".encode())
        os.fsync(descriptor)


@job
def load_with_little_space(folder: str, source: str, free: list[int]) -> list[Any]:
    """Load a month after another with files limited to each size; after each, load what was there before."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    outcomes = []
    for number, limit in enumerate(free):
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
        day = date(2014, 1, 1) + timedelta(days=40 * number)
        full = try_load("HK_INDEX", "VOLUME", day, day + timedelta(days=700), source=source, cache=folder)
        before = try_load(*MONTH, source=source, cache=folder, offline=True)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, hard))
        after = try_load("HK_INDEX", "VOLUME", day, day + timedelta(days=700), source=source, cache=folder)
        again = try_load(*MONTH, source=source, cache=folder, offline=True)
        outcomes.append([full, before, after, again])
    return outcomes


@job
def load_without_rights(folder: str, uid: int) -> list[Any]:
    """Load as another user, who may read the folder and no more."""
    from pd_optstat.sources.simulator import Simulator

    asked = []

    def pages(*arguments: Any) -> Any:
        asked.append(1)
        raise AssertionError("asked")

    Simulator.pages = pages  # type: ignore[method-assign]
    if uid:
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)
    outcomes = [
        try_load(*MONTH, source=SOURCE, cache=folder),
        try_load(*MONTH, source=SOURCE, cache=folder, offline=True),
        try_load(*OTHER_MONTH, source=SOURCE, cache=folder),
        try_load(*MONTH, source=SOURCE, cache=folder, refresh=True),
    ]
    return [outcomes, len(asked)]


@job
def flip_bytes(sound: str, scratch: str, offsets: list[int], masks: list[int], noted: str) -> list[Any]:
    """For each byte: a cache with it changed, loaded from offline, and another, loaded from. Return what is wrong."""
    content = Path(sound).read_bytes()
    right = values(po.load(*MONTH, source=SOURCE, cache=False))
    wrong: list[Any] = []
    outcomes: Counter[str] = Counter()
    for offset, mask in zip(offsets, masks, strict=True):
        signal.alarm(PATIENCE)  # kills: a hang inside of SQLite cannot be interrupted otherwise
        Path(noted).write_text(f"{offset} ^ {mask}")
        changed = bytearray(content)
        changed[offset] ^= mask
        for offline in (True, False):
            folder = Path(scratch) / f"{offset}-{mask}-{offline:d}"
            folder.mkdir()
            (folder / "cache.db").write_bytes(changed)
            forget()
            outcome = try_load(*MONTH, source=SOURCE, cache=folder, offline=offline)
            allowed = ("frame", "CacheError", "OfflineMiss") if offline else ("frame", "CacheError")
            good = outcome[0] in allowed and (outcome[0] != "frame" or outcome[1] == right)
            outcomes[f"{outcome[0]} {'offline' if offline else 'online'}"] += 1
            if good and not offline:
                # A second load is right as well, and the cache's own inventory can be had.
                forget()
                again = try_load(*MONTH, source=SOURCE, cache=folder)
                good = again[0] in allowed and (again[0] != "frame" or again[1] == right)
                outcome = outcome if good else again
            if not good:
                wrong.append([offset, mask, offline, outcome[0], str(outcome[1])[:200]])
            forget()
            shutil.rmtree(folder)
    signal.alarm(0)
    return [wrong, outcomes]


@job
def load_many(loads: list[Any], source: str, cache: str) -> list[Any]:
    return [try_load(*arguments, source=source, cache=cache) for arguments in loads]


# -- The warm process ----------------------------------------------------------------------------------------------


def be_warm() -> None:
    """Import and build all that loads need, then fork a child for each line of orders."""
    for series in SERIES:
        po.load(*series, "2020-01-01", "2024-01-31", source=SOURCE, cache=False, progress=False)
    po.load("US_SECURITY", "VOLUME", "2024-01-02", "2024-01-31", source="simulator:", cache=False)
    scratch = tempfile.mkdtemp()
    po.load(*MONTH, source=SOURCE, cache=scratch)
    import pd_optstat.opend.pool
    import pd_optstat.sources.opend  # noqa: F401

    forget()
    shutil.rmtree(scratch)
    print("warm", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        if "wait" in order:
            pid, status = os.waitpid(order["wait"], 0)
            print(os.waitstatus_to_exitcode(status), flush=True)
            continue
        pid = os.fork()
        if pid:
            print(pid, flush=True)
            continue
        code = 1
        try:
            tempfile.tempdir = order["temporary"]
            result = JOBS[order["job"]](**order["options"])
            Path(order["result"]).write_text(json.dumps(result))
            code = 0
        except BaseException:
            Path(order["result"] + ".failed").write_text(traceback.format_exc())
        finally:
            os._exit(code)


class Child:
    def __init__(self, warm: Warm, pid: int, result: Path) -> None:
        self.warm, self.pid, self.result = warm, pid, result

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        self.warm.tell({"wait": self.pid})

    def wait(self) -> Any:
        code = int(self.warm.tell({"wait": self.pid}))
        failed = Path(f"{self.result}.failed")
        assert code == 0, failed.read_text() if failed.exists() else f"died with {code}"
        return json.loads(self.result.read_text())


class Warm:
    """The warm process, seen from the test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = itertools.count()
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(po.__file__).parents[1]), *sys.path])}
        self._process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        assert self._process.stdout.readline() == "warm\n"

    def start(self, name: str, **options: Any) -> Child:
        result = self.folder / f"result-{next(self._numbers)}"
        temporary = self.folder / "temporary"
        temporary.mkdir(exist_ok=True)
        temporary.chmod(0o777)
        order = {"job": name, "options": options, "result": str(result), "temporary": str(temporary)}
        return Child(self, int(self.tell(order)), result)

    def run(self, name: str, **options: Any) -> Any:
        return self.start(name, **options).wait()

    def tell(self, order: dict[str, Any]) -> str:
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline()

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(PATIENCE)
        self._process.stdout.close()


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warm]:
    warm = Warm(tmp_path_factory.mktemp("warm"))
    yield warm
    warm.close()


@pytest.fixture
def warm(process: Warm, tmp_path: Path) -> Warm:
    """The warm process; the children of this test share limits with each other, not with those of other tests."""
    process.folder = tmp_path / "children"
    process.folder.mkdir()
    return process


@pytest.fixture
def shm() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(dir=SHM))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def month(shm: Path) -> Path:
    """A closed cache with one month in it."""
    po.load(*MONTH, source=SOURCE, cache=shm / "month")
    forget()
    return shm / "month"


_references: dict[tuple[Any, ...], Any] = {}


def reference(market: str, data_type: str, start: Any, end: Any, source: str = SOURCE) -> list[list[int]]:
    whole = _references.get((market, data_type, source))
    if whole is None:
        whole = po.load(market, data_type, "2008-01-01", "2026-06-30", source=source, cache=False, progress=False)
        _references[market, data_type, source] = whole
    return values(whole.loc[str(start) : str(end)])


def right_or_error(outcome: list[Any], arguments: tuple[Any, ...] = MONTH, *errors: str) -> None:
    """The one thing that holds whatever happened."""
    if outcome[0] == "frame":
        assert outcome[1] == reference(*arguments)
    else:
        assert outcome[0] in ("CacheError", *errors), outcome
        if outcome[0] == "CacheError":
            assert "cache=" in outcome[1]  # says how to go on


def sessions_in(market: str, first: Any, last: Any) -> list[str]:
    from pd_optstat.calendars import calendar
    from pd_optstat.days import to_date, to_day
    from pd_optstat.markets import EXCHANGES

    found = calendar(EXCHANGES[market[:2]]).sessions(to_day(first), to_day(last))
    return [str(to_date(day)) for day in found.tolist()]


@contextlib.contextmanager
def simulator(**options: Any) -> Iterator[Any]:
    """A simulator whose own limit never binds, unless another clock is given."""
    from pd_optstat.simulator.server import SimulatorServer

    moments = itertools.count(1_800_000_000.0, 31.0)
    options = {"seed": SEED, "clock": lambda: next(moments)} | options
    with SimulatorServer(**options) as server:
        yield server


# -- Kills ---------------------------------------------------------------------------------------------------------

KILLS, KILLS_A_FOLDER = 200, 10


def test_kills_at_random_moments_lose_nothing_and_falsify_nothing(warm, tmp_path):
    at_random = random.Random()
    killed = Counter()
    with simulator(page_size=60, latency=0.001) as server:
        for number in range(KILLS):
            folder = tmp_path / f"cache-{number // KILLS_A_FOLDER}"
            log = tmp_path / f"log-{number // KILLS_A_FOLDER}"
            if number % KILLS_A_FOLDER == 0:
                done: list[list[str]] = []
            # Over TCP most of the time is spent on fetching, in process on storing.
            url = server.url if number % 2 else SOURCE
            shutil.rmtree(warm.folder / "temporary", ignore_errors=True)  # slots of the rate limit
            child = warm.start("load_until_killed", folder=str(folder), url=url, log=str(log), number=number)
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


# -- Space ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("door", ["in process", "over TCP"])
def test_a_full_disk_is_a_cache_error_and_harms_nothing(warm, tmp_path, door):
    """Files may not grow beyond a limit, which for SQLite is a disk that is full."""
    folder = tmp_path / "cache"
    with simulator() as server:
        source = server.url if door == "over TCP" else SOURCE
        po.load(*MONTH, source=source, cache=folder)
        size = (folder / "cache.db").stat().st_size
        limits = [0, 1, 500, 512, 4096, 9000, size - 4096, size - 1, size, size + 1, size + 4096, size + 9000]
        outcomes = warm.run("load_with_little_space", folder=str(folder), source=source, free=limits)
    full = Counter()
    for number, (limited, before, after, again) in enumerate(outcomes):
        day = date(2014, 1, 1) + timedelta(days=40 * number)
        arguments = ("HK_INDEX", "VOLUME", day, day + timedelta(days=700))
        right_or_error(limited, arguments)
        if limited[0] == "CacheError":
            assert "no transaction" not in limited[1]  # the reason, not what failed after it
        # Where SQLite has to put back pages beyond the limit, which a full disk would allow, it cannot be read either.
        right_or_error(before)
        assert after[:3] == ["frame", reference(*arguments), []]
        assert again[:3] == ["frame", reference(*MONTH), []]
        full.update([f"wrote {limited[0]}", f"read {before[0]}"])
    assert full["wrote CacheError"] >= 8
    assert full["read frame"] >= 8


def mounted(folder: Path, options: str) -> Iterator[Path]:
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"cannot mount a tmpfs: {done.stderr.strip()}")
    yield folder
    forget()
    subprocess.run(["umount", "-l", folder], check=True)


@pytest.fixture
def small_disk(tmp_path):
    yield from mounted(tmp_path / "disk", "size=160k,mode=777")


def test_a_small_disk_that_is_full(small_disk):
    folder = small_disk / "cache"
    assert try_load(*MONTH, source=SOURCE, cache=folder)[0] == "frame"
    filler = small_disk / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * 4096)
    long = ("HK_INDEX", "VOLUME", "2010-01-01", "2020-12-31")
    outcome = try_load(*long, source=SOURCE, cache=folder)
    assert outcome[0] == "CacheError"
    assert "disk space" in outcome[1]
    assert try_load(*MONTH, source=SOURCE, cache=folder, offline=True)[:2] == ["frame", reference(*MONTH)]
    # On a disk that is full already there can be no cache either.
    assert try_load(*MONTH, source=SOURCE, cache=small_disk / "another")[0] == "CacheError"
    filler.unlink()
    assert try_load(*long, source=SOURCE, cache=folder)[:2] == ["frame", reference(*long)]
    assert try_load(*MONTH, source=SOURCE, cache=folder)[:4] == ["frame", reference(*MONTH), [], 0]


# -- Damage --------------------------------------------------------------------------------------------------------


def test_every_byte_flipped_in_turn(warm, month, shm):
    """All bytes that mean something, with all of their bits turned and with one; every 64th of the empty rest."""
    content = (month / "cache.db").read_bytes()
    at_random = random.Random(3301)
    flips = []
    for offset, byte in enumerate(content):
        near = content[max(0, offset - 2) : offset + 3]
        if any(near):
            flips.append((offset, 0xFF if offset % 2 else 1 << at_random.randrange(8)))
        elif offset % 64 == 0:
            flips.append((offset, at_random.randrange(1, 256)))
        if offset < 100 or (byte and offset % 4096 < 16):
            flips += [(offset, 1 << bit) for bit in range(8)]  # the header of the file and of each page: every bit
    flips = sorted(set(flips))
    workers = 2 * len(os.sched_getaffinity(0))
    children = [
        warm.start(
            "flip_bytes",
            sound=str(month / "cache.db"),
            scratch=str(shm),
            offsets=[offset for offset, _ in flips[part::workers]],
            masks=[mask for _, mask in flips[part::workers]],
            noted=str(shm / f"noted-{part}"),
        )
        for part in range(workers)
    ]
    wrong, outcomes = [], Counter()
    for part, child in enumerate(children):
        try:
            found, counted = child.wait()
        except AssertionError as error:
            pytest.fail(f"hung or died at {(shm / f'noted-{part}').read_text()}: {error}")
        wrong += found
        outcomes.update(counted)
    print(len(content), len(flips), outcomes)
    assert not wrong, f"{len(wrong)} of {len(flips)}: {wrong[:20]}"
    assert len(flips) >= 4000
    # Damage is healed, rather than complained of, but where nothing can be done.
    assert outcomes["CacheError online"] < len(flips) / 20


def test_a_file_that_was_cut_off(month, shm):
    content = (month / "cache.db").read_bytes()
    for length in range(0, len(content), 512):
        for offline in (True, False):
            folder = shm / f"{length}-{offline}"
            folder.mkdir()
            (folder / "cache.db").write_bytes(content[:length])
            outcome = try_load(*MONTH, source=SOURCE, cache=folder, offline=offline)
            right_or_error(outcome, MONTH, *(["OfflineMiss"] if offline else []))
            assert offline or outcome[0] == "frame"
            forget()


def crashed(folder: Path, *statements: str) -> bytes:
    """Return the journal of a writer that was killed in the middle of a transaction on the database in `folder`."""
    code = (
        "import os, signal, sqlite3, sys\n"
        "database = sqlite3.connect(sys.argv[1] + '/cache.db', isolation_level=None)\n"
        "database.execute('PRAGMA cache_size = 1')\n"
        "database.execute('BEGIN IMMEDIATE')\n"
        "for statement in sys.argv[2:]: database.execute(statement)\n"
        "for n in range(1000): database.execute("
        "'INSERT INTO Cache (key, raw, mode, value) VALUES (?, 1, 1, ?)', (f'k{n}', b'x' * 500))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    assert subprocess.run([sys.executable, "-c", code, folder, *statements]).returncode == -signal.SIGKILL
    return (folder / "cache.db-journal").read_bytes()


#: Poison that diskcache would run when it opens the database.
PRAGMA = "INSERT INTO Settings VALUES ('sqlite_user_version', 77)"
TOUCH_ALL = ("UPDATE Settings SET value = value", "UPDATE Cache SET access_count = 5, store_time = 1.0")


@pytest.fixture
def poisoned_journal(month, shm):
    """A journal that puts the pages of a poisoned database back."""
    shutil.copytree(month, shm / "poisoned")
    with contextlib.closing(sqlite3.connect(shm / "poisoned" / "cache.db")) as database, database:
        database.execute(PRAGMA)
    return crashed(shm / "poisoned", *TOUCH_ALL)


@pytest.mark.parametrize("kind", ["random", "zeros", "another database's", "poisoned", "cut off", "a directory"])
def test_a_journal_that_does_not_belong(month, shm, kind, poisoned_journal):
    journal = month / "cache.db-journal"
    if kind == "random":
        journal.write_bytes(random.Random(1).randbytes(20_000))
    elif kind == "zeros":
        journal.write_bytes(bytes(20_000))
    elif kind == "another database's":
        other = shm / "other"
        po.load("HK_INDEX", "OPEN_INTEREST", "2010-01-01", "2014-12-31", source="simulator:?seed=8", cache=other)
        forget()
        journal.write_bytes(crashed(other, *TOUCH_ALL))
    elif kind == "poisoned":
        journal.write_bytes(poisoned_journal)
    elif kind == "cut off":
        journal.write_bytes(poisoned_journal[:3000])
    else:
        journal.mkdir()
    right_or_error(try_load(*MONTH, source=SOURCE, cache=month, offline=True), MONTH, "OfflineMiss")
    forget()
    right_or_error(try_load(*MONTH, source=SOURCE, cache=month))
    nothing_of_it_ran(month)


@pytest.mark.parametrize("suffix", ["-journal", "-wal", "-shm"])
def test_what_is_left_beside_a_database_that_is_gone_is_not_believed(month, suffix, poisoned_journal):
    """As after a kill while a bad database was set aside, or after `cache.db` alone was moved away as errors advise."""
    (month / "cache.db").unlink()
    (month / f"cache.db{suffix}").write_bytes(poisoned_journal)
    outcome = try_load(*MONTH, source=SOURCE, cache=month)
    right_or_error(outcome)
    nothing_of_it_ran(month)
    assert outcome[0] != "frame" or outcome[3] == 1  # nothing was taken from the journal


def nothing_of_it_ran(folder: Path) -> None:
    forget()
    if (folder / "cache.db").is_file() and not (folder / "cache.db-journal").is_dir():
        with contextlib.closing(sqlite3.connect(folder / "cache.db")) as database:
            assert database.execute("PRAGMA user_version").fetchone() == (0,)
            settings = [key for (key,) in database.execute("SELECT key FROM Settings")]
            assert "sqlite_user_version" not in settings


@pytest.mark.parametrize("crash", [False, True], ids=["closed", "crashed"])
def test_a_write_ahead_log_where_none_should_be(month, shm, crash):
    database = sqlite3.connect(month / "cache.db", isolation_level=None)
    assert database.execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",)
    database.execute("UPDATE Cache SET access_count = 3")
    if crash:
        shutil.copytree(month, shm / "crashed")  # with a log that nobody will merge
        assert (shm / "crashed" / "cache.db-wal").stat().st_size > 0
    database.close()
    folder = shm / "crashed" if crash else month
    assert try_load(*MONTH, source=SOURCE, cache=folder)[:2] == ["frame", reference(*MONTH)]
    forget()
    assert try_load(*MONTH, source=SOURCE, cache=folder)[:2] == ["frame", reference(*MONTH)]
    assert try_load(*OTHER_MONTH, source=SOURCE, cache=folder)[:2] == ["frame", reference(*OTHER_MONTH)]


NAMES = ["cache.db", "cache.db-journal", "cache.db-wal", "cache.db-shm", "open.lock", "fetch-US_SECURITY-VOLUME.lock"]


@pytest.mark.parametrize("kind", ["directory", "fifo", "loop", "dangling", "empty"])
@pytest.mark.parametrize("name", NAMES)
def test_a_stranger_in_the_place_of_a_file(warm, month, name, kind):
    """In children: a hang must not be ours."""
    (month / name).unlink(missing_ok=True)
    if kind == "directory":
        (month / name).mkdir()
    elif kind == "fifo":
        os.mkfifo(month / name)
    elif kind == "loop":
        (month / name).symlink_to(month / name)
    elif kind == "dangling":
        (month / name).symlink_to(month / "nowhere" / "at all")
    else:
        (month / name).touch()
    for arguments in (MONTH, OTHER_MONTH):
        child = warm.start("load", arguments=arguments, source=SOURCE, cache=str(month))
        killer = threading.Timer(PATIENCE / 3, os.kill, (child.pid, signal.SIGKILL))
        killer.start()
        try:
            outcome = child.wait()
        finally:
            killer.cancel()
        right_or_error(outcome, arguments)
        # A database can always be made anew, and a lock file is only a name.
        if name == "cache.db":
            assert outcome[0] == "frame"


# -- Poison --------------------------------------------------------------------------------------------------------


class Bomb:
    """Unpickling this makes a folder."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)

    def __reduce__(self) -> Any:
        return os.mkdir, (self.path,)


CACHE_COLUMNS = ["key", "raw", "store_time", "expire_time", "access_time", "access_count", "tag", "size", "mode"]
CACHE_COLUMNS += ["filename", "value"]


@pytest.mark.parametrize("opened", [False, True], ids=["closed", "open"])
@pytest.mark.parametrize(
    ("table", "column"),
    [("Cache", column) for column in CACHE_COLUMNS] + [("Settings", "key"), ("Settings", "value")],
)
def test_poisoned_pickles_in_every_column_of_every_row(month, tmp_path, table, column, opened):
    """Also with a row that says that they are pickles, as text, and in a file that the row names."""
    bomb = pickle.dumps(Bomb(tmp_path / "exploded"), protocol=0)
    (month / "bomb.val").write_bytes(bomb)
    with contextlib.closing(sqlite3.connect(month / "cache.db")) as database:
        rows = [rowid for (rowid,) in database.execute(f"SELECT rowid FROM {table}")]
    assert rows
    sound = (month / "cache.db").read_bytes()
    poisons: list[Any] = [bomb, bomb.decode("latin-1"), "bomb.val", 4, "", None, 0]
    for rowid, poison in itertools.product(rows, poisons):
        for as_pickle in (False, True) if table == "Cache" else (False,):
            forget()
            (month / "cache.db").write_bytes(sound)
            if opened:
                assert try_load(*MONTH, source=SOURCE, cache=month)[:4] == ["frame", reference(*MONTH), [], 0]
            with contextlib.closing(sqlite3.connect(month / "cache.db")) as database, database:
                if as_pickle:
                    database.execute("UPDATE Cache SET mode = 4, raw = 0 WHERE rowid = ?", (rowid,))
                with contextlib.suppress(sqlite3.IntegrityError):  # "WITHOUT ROWID" is never ours, "UNIQUE" is
                    database.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (poison, rowid))
            for offline in (True, False):
                outcome = try_load(*MONTH, source=SOURCE, cache=month, offline=offline)
                right_or_error(outcome, MONTH, *(["OfflineMiss"] if offline else []))
            for ask in (lambda cache: cache.info(), lambda cache: cache.verify(), lambda cache: cache.clear()):
                with warnings.catch_warnings(), contextlib.suppress(po.CacheError):
                    warnings.simplefilter("ignore")
                    ask(po.Cache(month))
            assert not (tmp_path / "exploded").exists()
            assert (month / "bomb.val").read_bytes() == bomb
            for aside in month.glob("*set-aside*"):
                aside.unlink()


def test_text_that_is_no_utf_8_does_not_lock_the_cache_up(month):
    """One flipped bit of a key or a setting is enough for it."""
    po.load("HK_INDEX", "VOLUME", "2024-01-02", "2024-01-31", source=SOURCE, cache=month)
    forget()
    sound = (month / "cache.db").read_bytes()
    for table, where in (("Cache", "key LIKE '%US_SEC%'"), ("Settings", "key = 'cull_limit'")):
        (month / "cache.db").write_bytes(sound)
        with contextlib.closing(sqlite3.connect(month / "cache.db")) as database, database:
            database.execute(f"UPDATE {table} SET key = CAST(x'73ff' AS TEXT) WHERE {where}")
        assert try_load(*MONTH, source=SOURCE, cache=month)[:2] == ["frame", reference(*MONTH)]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            cache = po.Cache(month)
            assert cache.info()["rows"].tolist() == [21, 22]
            assert cache.coverage("HK_INDEX", "VOLUME")
            cache.verify()
        forget()


def test_an_index_that_leads_to_another_row_is_noticed_and_costs_nobody_his_rows(month):
    """A flipped bit of the index sends every read and write of one series to another one's row."""
    hong_kong = ("HK_INDEX", "VOLUME", "2024-01-02", "2024-01-31")
    po.load(*hong_kong, source=SOURCE, cache=month)
    forget()
    content = bytearray((month / "cache.db").read_bytes())
    key = b"series|simulator:7|HK_INDEX|VOLUME|2020"
    ends = [at + len(key) for at in range(len(content)) if content.startswith(key, at)]
    (rowid,) = [end for end in ends if content[end] == 2]  # in the table, the record's other columns follow
    content[rowid] = 1
    (month / "cache.db").write_bytes(content)
    for arguments in (hong_kong, MONTH, hong_kong, MONTH):
        right_or_error(try_load(*arguments, source=SOURCE, cache=month), arguments)
    # The American rows were sound all the while, and by now all is mended.
    for arguments in (hong_kong, MONTH):
        assert try_load(*arguments, source=SOURCE, cache=month)[:4] == ["frame", reference(*arguments), [], 0]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert len(po.Cache(month).revisions("US_SECURITY", "VOLUME")) == 21


# -- Folders that are not as they should be ------------------------------------------------------------------------


@pytest.fixture
def other_disk(tmp_path):
    yield from mounted(tmp_path / "disk", "size=2m,mode=777")


def check_read_only(folder: Path, outcome: list[Any]) -> None:
    (warm_load, offline, other, refreshed), asked = outcome
    assert warm_load[:4] == offline[:4] == ["frame", reference(*MONTH), [], 0]
    for refused in (other, refreshed):
        assert refused[0] == "CacheError"
        assert "cache=" in refused[1]
    assert asked == 0


def test_a_read_only_disk_is_read(warm, other_disk):
    po.load(*MONTH, source=SOURCE, cache=other_disk)
    forget()
    subprocess.run(["mount", "-o", "remount,ro", other_disk], check=True)
    check_read_only(other_disk, warm.run("load_without_rights", folder=str(other_disk), uid=0))


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
@pytest.mark.parametrize("locks", [True, False], ids=["with lock files", "without"])
def test_a_folder_of_another_user_is_read(warm, month, locks):
    if not locks:
        for lock in month.glob("*.lock"):
            lock.unlink()
    month.parent.chmod(0o755)
    month.chmod(0o755)
    (month / "cache.db").chmod(0o644)
    warm.folder.chmod(0o777)
    for parent in list(warm.folder.parents)[:3]:
        parent.chmod(parent.stat().st_mode | 0o055)
    before = {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in month.iterdir()}
    check_read_only(month, warm.run("load_without_rights", folder=str(month), uid=65534))
    assert {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in month.iterdir()} == before


def test_a_cache_of_a_newer_version_is_left_alone(month):
    with contextlib.closing(sqlite3.connect(month / "cache.db")) as database, database:
        (key, value) = database.execute("SELECT key, value FROM Cache").fetchone()
        body = value[36:] + b"\xfa\x3f\x01x"  # a field that nobody knows yet
        newer = b"POS2" + hashlib.sha256(b"POS2" + body).digest() + body
        database.execute("UPDATE Cache SET value = ? WHERE key = ?", (newer, key))
    for options in ({}, {"offline": True}, {"refresh": True}):
        outcome = try_load(*MONTH, source=SOURCE, cache=month, **options)
        assert outcome[0] == "CacheError"
        assert "Upgrade" in outcome[1]
    # Other series can be had, and `verify` forgets nothing.
    assert try_load("HK_INDEX", *MONTH[1:], source=SOURCE, cache=month)[0] == "frame"
    assert len(po.Cache(month).verify()) == 0
    forget()
    with contextlib.closing(sqlite3.connect(month / "cache.db")) as database:
        assert database.execute("SELECT value FROM Cache WHERE key = ?", (key,)).fetchone() == (newer,)


@pytest.mark.parametrize("kind", ["file", "loop", "below a file"])
def test_a_stranger_in_the_place_of_the_folder(tmp_path, kind):
    place = tmp_path / "place"
    if kind == "loop":
        place.symlink_to(place)
    else:
        place.write_text("mine")
    outcome = try_load(*MONTH, source=SOURCE, cache=place / "cache" if kind == "below a file" else place)
    assert outcome[0] == "CacheError"
    assert "PD_OPTSTAT_CACHE_DIR" in outcome[1]
    assert kind == "loop" or place.read_text() == "mine"


# -- Crowds --------------------------------------------------------------------------------------------------------

THREE_YEARS = ("US_SECURITY", "VOLUME", "2018-01-01", "2020-12-31")


def pages_of(server: Any) -> tuple[int, int]:
    return server.service.pages_served, server.service.first_pages_served


def test_threads_and_processes_on_one_cold_range_ask_once(warm, tmp_path):
    folder = tmp_path / "cache"
    with simulator(page_size=40, latency=0.02) as server:
        once = try_load(*THREE_YEARS, source=server.url, cache=tmp_path / "alone")
        alone = pages_of(server)
        children = [warm.start("load", arguments=THREE_YEARS, source=server.url, cache=str(folder)) for _ in range(8)]
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


def test_the_others_go_on_when_the_one_that_fetches_is_killed(warm, tmp_path):
    folder = tmp_path / "cache"
    long = ("US_SECURITY", "VOLUME", "2014-01-01", "2020-12-31")
    with simulator(page_size=40, latency=0.05) as server:
        first = warm.start("load", arguments=long, source=server.url, cache=str(folder))
        deadline = time.monotonic() + PATIENCE
        while server.service.pages_served < 20 and time.monotonic() < deadline:
            time.sleep(0.002)
        others = [warm.start("load", arguments=long, source=server.url, cache=str(folder)) for _ in range(7)]
        first.kill()
        assert not first.result.exists()
        outcomes = [other.wait() for other in others]
    assert [outcome[:3] for outcome in outcomes] == [["frame", reference(*long), []]] * 7
    assert sum(outcome[3] > 0 for outcome in outcomes) == 1
    shutil.rmtree(tmp_path / "cache")


def test_eight_processes_stay_within_the_limit_together(warm, tmp_path):
    """Each needs ten windows, together they may ask for sixty in 30 s; the simulator refuses the 61st."""
    every = [(market, data_type) for market in ("US_SECURITY", "US_INDEX", "HK_SECURITY", "HK_INDEX")
             for data_type in ("VOLUME", "OPEN_INTEREST")]  # fmt: skip
    with simulator(clock=time.monotonic, until=date(2026, 6, 12)) as server:
        begun = time.monotonic()
        children = [
            warm.start(
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


def test_a_load_within_a_load_is_no_deadlock(tmp_path):
    inner = []

    def progress(done: int, total: int) -> None:
        inner.append(try_load(*OTHER_MONTH, source=SOURCE, cache=tmp_path / "cache"))

    po.load(*MONTH, source=SOURCE, cache=tmp_path / "cache", progress=progress)
    for outcome in inner:
        assert outcome[0] in ("frame", "InvalidRequest", "CacheError"), outcome


def test_a_fork_while_another_thread_opens_the_cache(month):
    """Whatever lock another thread holds at that moment, the child can open the cache."""
    from pd_optstat import store

    stop = threading.Event()

    def keep_opening() -> None:
        while not stop.is_set():
            store.open_store(month)

    thread = threading.Thread(target=keep_opening)
    thread.start()
    codes = []
    try:
        for _ in range(10):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # of forks with threads, from Python 3.12 on
                pid = os.fork()
            if not pid:
                signal.alarm(20)  # a lock that is held for ever
                store.open_store(month)
                os._exit(0)
            codes.append(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    finally:
        stop.set()
        thread.join()
    assert codes == [0] * 10


# -- Doors ---------------------------------------------------------------------------------------------------------


def test_a_real_door_and_two_simulators_in_one_cache_never_mix(tmp_path, monkeypatch):
    """Loads in any order through five doors, of which one changes what is behind it."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent / "interop"))
    other_opend = pytest.importorskip("other_opend", reason="needs the vendor's SDK")
    from pd_optstat.opend import ratelimit
    from pd_optstat.simulator.server import SimulatorServer

    monkeypatch.setattr(ratelimit.SharedSlots, "take", lambda self, wanted, now: wanted)
    monkeypatch.setattr(ratelimit.SharedSlots, "give_back", lambda self, moments: None)
    sessions = [date.fromisoformat(day) for day in sessions_in("US", date(2016, 1, 1), date(2020, 12, 31))]
    totals = {(1, 0): other_opend.totals_of(sessions, salt=1)}
    real = [[int(f"{day:%Y%m%d}"), *totals[1, 0][day]] for day in sessions]
    at_random = random.Random(3301)
    folder = tmp_path / "cache"
    seen = Counter()
    with other_opend.OtherOpenD(totals) as opend, simulator(seed=7) as seven, simulator(seed=8) as eight:
        doors = {
            opend.url: "opend",
            f"opend://localhost:{opend.port}": "opend",
            seven.url: "simulator:7",
            eight.url: "simulator:8",
            "simulator:?seed=7": "simulator:7",
            "simulator:?seed=8": "simulator:8",
        }
        port, changing, clock = None, None, itertools.count(1_800_000_000.0, 31.0)
        for number in range(150):
            if number % 25 == 0:  # another simulator at the same address
                if changing is not None:
                    changing.stop()
                seed = 7 + number // 25 % 2
                changing = SimulatorServer(port or 0, seed=seed, clock=lambda: next(clock)).start()
                port = changing.port
                doors[changing.url] = f"simulator:{seed}"
            url = at_random.choice(list(doors))
            start = date(2016, 1, 1) + timedelta(days=at_random.randrange(1500))
            end = start + timedelta(days=at_random.choice([5, 100, 300]))
            if not at_random.randrange(6):
                forget()
            outcome = try_load(
                "US_SECURITY", "VOLUME", start, end, source=url, cache=folder, refresh=not at_random.randrange(8)
            )
            origin = doors[url]
            if origin == "opend":
                first, last = (int(f"{day:%Y%m%d}") for day in (start, end))
                right = [row for row in real if first <= row[0] <= last]
            else:
                right = reference("US_SECURITY", "VOLUME", start, end, f"simulator:?seed={origin[-1]}")
            assert (outcome[0], outcome[4]) == ("frame", origin), outcome[:1]
            assert outcome[1] == right
            assert not outcome[2]
            seen[origin] += 1
        changing.stop()
    assert min(seen.values()) >= 10
    assert len(seen) == 3
    info = po.Cache(folder).info()
    assert info["source"].tolist() == ["opend", "simulator:7", "simulator:8"]


if __name__ == "__main__":
    be_warm()
