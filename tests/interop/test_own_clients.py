"""Our own clients in Java and C++, generated from `proto/`, print what the simulator's dataset has."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from support.external_tools import lacking, run, unpack_debian

from pd_optstat.core.dates import to_date, to_day
from pd_optstat.core.markets import OptionMarket, OptionStatisticDataType
from pd_optstat.core.underlying import parse_underlying
from pd_optstat.simulator.server import SimulatorServer

pytestmark = pytest.mark.vendor

HERE = Path(__file__).parent
PROTO = HERE.parents[1] / "proto"
DOCS = HERE.parents[1] / "docs" / "simulator.md"
UNTIL = date(2026, 6, 12)
YEAR = ("2025-06-13", "2026-06-12")
MARKETS = [f"{market.name}/{data_type.name}" for market in OptionMarket for data_type in OptionStatisticDataType]
CODES = ["US.AAPL", "US.BRK.B", "US..SPX", "US.RDDT", "HK.00700", "HK.800000"]
SOURCES = {"java": "OpenDClient.java", "cpp": "opend_client.cpp"}

Command = list[str]


@pytest.fixture(scope="module")
def server() -> Iterator[SimulatorServer]:
    with SimulatorServer(until=UNTIL, page_size=37, rate_limit=False) as running:
        yield running


@pytest.fixture(scope="module", params=SOURCES)
def program(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Command:
    """Build a client as the comment at its top says, and return the command that starts it."""
    language, folder = request.param, tmp_path_factory.mktemp(request.param)
    needed = {"java": ("protoc", "javac", "java"), "cpp": ("protoc", "g++")}[language]
    if missing := [tool for tool in needed if shutil.which(tool) is None]:
        lacking(f"no {' and no '.join(missing)}")
    run("protoc", f"--proto_path={PROTO}", f"--{language}_out={folder}", "pd_optstat/proto/opend.proto")
    source = HERE / SOURCES[language]
    if language == "java":
        jar = Path("/usr/share/java/protobuf.jar")
        if not jar.exists():
            jar = unpack_debian(folder, "libprotobuf-java") / jar.relative_to("/")
        path = f"{jar}{os.pathsep}{folder}"
        run("javac", "-Xlint:all,-serial", "-cp", path, "-d", folder, source, folder / "pd_optstat/opend/Opend.java")
        return ["java", "-cp", path, source.stem]
    if not Path("/usr/include/google/protobuf/message.h").exists():
        lacking("apt-get install libprotobuf-dev")
    generated, built = folder / "pd_optstat/proto/opend.pb.cc", folder / "opend_client"
    warnings = ("-Wall", "-Wextra", "-Werror")
    run("g++", "-std=c++17", *warnings, f"-I{folder}", source, generated, "-lprotobuf", "-pthread", "-o", built)
    return [str(built)]


def expected(server: SimulatorServer, name: str) -> Iterator[tuple[str, ...]]:
    """Yield the words of each line that a client prints of a series: newest day first, prices as numbers."""
    first, last = (to_day(date.fromisoformat(text)) for text in YEAR)
    dataset = server.service.dataset
    if "/" in name:
        market, data_type = name.split("/")
        totals = dataset.rows(OptionMarket[market], OptionStatisticDataType[data_type], first, last)
        for day, calls, puts in totals[::-1].tolist():
            yield name, str(to_date(day)), str(calls), str(puts)
        return
    rows = server.service.underlyings.rows(parse_underlying(name), first, last)
    for at in reversed(range(len(rows.days))):
        counts = [*rows.volumes[at].tolist(), *rows.interests[at].tolist()]
        yield name, str(to_date(rows.days[at])), *map(str, counts), str(float(rows.prices[at]))


def printed(program: Command, *arguments: object) -> list[tuple[str, ...]]:
    """Return the words of each line, with prices as Python writes them."""
    lines = [line.split() for line in run(*program, *arguments).stdout.splitlines()]
    return [(*words[:-1], repr(float(words[-1]))) if len(words) == 7 else tuple(words) for words in lines]


def test_a_client_prints_what_the_dataset_has(program: Command, server: SimulatorServer) -> None:
    served, first = server.service.pages_served, server.service.first_pages_served
    found = printed(program, server.port, *YEAR, *MARKETS, *CODES)
    assert found == [words for name in (*MARKETS, *CODES) for words in expected(server, name)]
    series = len(MARKETS) + len(CODES)
    assert server.service.pages_served - served == 7 * series
    assert server.service.first_pages_served - first == series


@pytest.mark.parametrize("fault", ["split", "extra-push", "slow:2"])
def test_what_the_protocol_allows_changes_nothing(fault: str, program: Command, server: SimulatorServer) -> None:
    server.faults = [fault]
    try:
        found = printed(program, server.port, *YEAR, "US_SECURITY/VOLUME", "HK.00700")
    finally:
        server.faults = []
    assert found == [words for name in ("US_SECURITY/VOLUME", "HK.00700") for words in expected(server, name)]


@pytest.mark.parametrize(
    ("series", "faults", "text"),
    [
        ("US.NOSUCH", [], "unknown security US.NOSUCH"),
        ("US_SECURTY/VOLUME", [], "unknown optionMarket"),
        ("US.AAPL", ["wrong-sha1:2"], "a damaged packet"),
        ("US.AAPL", ["rejected:2"], "no quote right for this market"),
    ],
)
def test_what_goes_wrong_ends_the_client(
    series: str, faults: list[str], text: str, program: Command, server: SimulatorServer
) -> None:
    server.faults = faults
    try:
        command = [*program, str(server.port), *YEAR, series]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    finally:
        server.faults = []
    assert done.returncode != 0
    assert text in done.stderr


@pytest.mark.parametrize("source", SOURCES.values())
def test_a_client_is_short(source: str) -> None:
    assert len((HERE / source).read_text(encoding="utf-8").splitlines()) < 150


def test_the_documentation_shows_what_is_printed(program: Command, server: SimulatorServer) -> None:
    days = ("2026-06-11", "2026-06-12")
    printed_text = run(*program, server.port, *days, "US_SECURITY/VOLUME", "US.AAPL").stdout
    shown = [line.strip() for line in DOCS.read_text(encoding="utf-8").splitlines()]
    assert len(printed_text.splitlines()) == 4
    assert set(printed_text.splitlines()) <= set(shown)
