"""``%load_ext pd_optstat``: the grammar of a line, the magics in a shell in this process, and in a kernel."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell
from support.quick import slow

import pd_optstat as po
from pd_optstat.explorer.state import METRICS
from pd_optstat.magics import OptStatMagics, complete_line, split_line

MAGICS = ("optstat", "optstat_explore")
RANGE = ("2026-06-01", "2026-06-12")
WHEN = " ".join(RANGE)


def options(magic: str) -> list[str]:
    """Return the options of a magic, in the order of its help."""
    parser: Any = getattr(OptStatMagics, magic).parser
    return [name for action in parser._actions for name in action.option_strings]


# -- The grammar ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "words", "target"),
    [
        ("US_SECURITY VOLUME -> df", ["US_SECURITY", "VOLUME"], "df"),
        ("US_SECURITY --window 10->df", ["US_SECURITY", "--window", "10"], "df"),
        ("US_SECURITY ->df", ["US_SECURITY"], "df"),
        ("-> \ufb01rst", [], "first"),  # a ligature, as Python reads names
        ("--cache 'a -> b' X", ["--cache", "a -> b", "X"], None),
        ('--cache="a b" -> x', ["--cache=a b"], "x"),
        (r"--cache C:\data\new", ["--cache", r"C:\data\new"], None),
        ("X 2026-06-01 00:00:00 2026-06-12 00:00:00", ["X", "2026-06-01 00:00:00", "2026-06-12 00:00:00"], None),
        ("--as-of 2026-06-12 21:00:00.5+00:00 -> df", ["--as-of", "2026-06-12 21:00:00.5+00:00"], "df"),
        ("X 2026-06-01 2026-06-12", ["X", "2026-06-01", "2026-06-12"], None),
        ("X # y", ["X", "#", "y"], None),
        ("", [], None),
    ],
)
def test_a_line_is_split(line, words, target):
    assert split_line(line) == (words, target)


@given(
    st.lists(st.text(st.characters(exclude_characters="\"'${}>", categories=["L", "N", "P", "S", "Zs"])), max_size=5)
)
def test_quoted_words_come_back(words):
    assert split_line(" ".join(f"'{word}'" for word in words)) == (words, None)


@given(st.text())
def test_any_line_is_split_or_refused(line):
    try:
        _, target = split_line(line)
    except po.InvalidRequest:
        return
    assert target is None or target.isidentifier()


@given(st.sampled_from(MAGICS), st.text())
def test_completion_never_fails_and_continues_what_is_typed(magic, text):
    fragment, found = complete_line(magic, text)
    assert text.endswith(fragment)
    assert all(one.lstrip('"').upper().startswith(fragment.upper()) for one in found)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", list(po.OptionMarket.__members__)),
        ("us_", ["US_SECURITY", "US_INDEX"]),
        ("US_SECURITY,", ["US_INDEX", "HK_SECURITY", "HK_INDEX"]),
        ("us_security,US_INDEX,HK_I", ["HK_INDEX"]),
        ("US_SECURITY ", ["VOLUME", "OPEN_INTEREST"]),
        ("US_SECURITY VOLUME,", ["OPEN_INTEREST"]),
        ("--offline ", list(po.OptionMarket.__members__)),
        ("--source simulator: HK", ["HK_SECURITY", "HK_INDEX"]),
        ("--source s", ["simulator:", "snapshot:"]),
        ("US_SECURITY --off", ["--offline"]),
        ("us.a", ["US.AAPL", "US.AMZN", "US.AMD"]),
        ("US.AAPL,HK.007", ["HK.00700"]),
        ("US.AAPL,us.aa", []),
        ("us.aapl ", ["VOLUME", "OPEN_INTEREST", "VOLATILITY"]),
        ("US.BRK.B VOLA", ["VOLATILITY"]),
        ("US_SECURITY --offline --off", []),
        ("US_SECURITY --window 10 --wi", ["--window"]),
        ("US_SECURITY --window 5,2", ["21"]),
        ("US_SECURITY -", [*options("optstat"), "->"]),
        ("US_SECURITY VOLUME 2026-01-01 ", options("optstat")),
        ("US_SECURITY VOLUME 2026-01", []),
        ("US_SECURITY --cache ", []),
        ("US_SECURITY -> d", []),
        ("US_SECURITY --source 'sim", []),
    ],
)
def test_completions_of_optstat(text, found):
    assert complete_line("optstat", text)[1] == found


def test_completions_of_optstat_explore():
    assert complete_line("optstat_explore", "--metric ")[1] == list(METRICS)
    assert complete_line("optstat_explore", "--metric=z") == ("z", ["zscore"])
    assert complete_line("optstat_explore", "--arrangement s")[1] == ['"side by side"', "stacked"]
    assert complete_line("optstat_explore", "--theme d")[1] == ["dark"]


# -- In a shell -------------------------------------------------------------------------------------------------


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    po.configure(source="simulator:")
    shell = InteractiveShell()
    shell.run_line_magic("load_ext", "pd_optstat")
    yield shell
    shell.history_manager.end_session()


def fails(shell: InteractiveShell, capsys: pytest.CaptureFixture[str], line: str) -> tuple[BaseException, str]:
    """Return the error of a cell, and what the shell showed of it."""
    capsys.readouterr()
    error = shell.run_cell(line).error_in_exec
    assert error is not None
    shown = capsys.readouterr()
    return error, shown.out + shown.err


def test_it_loads_and_stores(shell, capsys):
    result = shell.run_cell(f"%optstat us_security volume {WHEN} -> df")
    assert result.success
    assert result.result is None
    assert "SYNTHETIC data, from simulator:3301" in capsys.readouterr().out
    pd.testing.assert_frame_equal(shell.user_ns["df"], po.load("US_SECURITY", "VOLUME", *RANGE))


def test_options_are_anywhere_and_abbreviated_and_a_function_stores_as_a_cell_does(shell):
    assert shell.run_cell(f"%optstat --win 5 us_security --look 20 volume {WHEN} -> df").success
    assert {"ratio_sum_5", "zscore_20"} <= set(shell.user_ns["df"].columns)
    assert shell.run_cell(f"def inner():\n    %optstat us_security volume {WHEN} -> stored\ninner()").success
    assert len(shell.user_ns["stored"]) == len(shell.user_ns["df"])


def test_without_a_name_it_returns(shell):
    expected = po.load("US_SECURITY", "VOLUME", *RANGE)
    assert shell.run_cell(f"%optstat US_SECURITY {WHEN}").result.equals(expected)
    assert shell.run_cell(f"x = %optstat 1 0 {WHEN}").success
    assert shell.user_ns["x"].equals(expected)


def test_several_series_are_a_panel(shell):
    shell.run_cell(f"%optstat US_SECURITY,HK_INDEX OPEN_INTEREST,VOLUME {WHEN} --no-cache -> panel")
    expected = po.load_panel(["US_SECURITY", "HK_INDEX"], ["OPEN_INTEREST", "VOLUME"], *RANGE)
    pd.testing.assert_frame_equal(shell.user_ns["panel"], expected)


def test_metrics_are_added(shell):
    shell.run_cell(f"%optstat US_SECURITY {WHEN} --window 3,4 --window 2 --lookback 5 -> df")
    expected = po.load("US_SECURITY", "VOLUME", *RANGE).optstat.metrics(windows=(3, 4, 2), lookback=5)
    pd.testing.assert_frame_equal(shell.user_ns["df"], expected)
    shell.run_cell(f"%optstat US_SECURITY,HK_SECURITY {WHEN} --lookback 30D -> df")
    panel = po.load_panel(["US_SECURITY", "HK_SECURITY"], "VOLUME", *RANGE)
    pd.testing.assert_frame_equal(shell.user_ns["df"], panel.optstat.metrics(lookback="30D"))


def test_arguments_of_the_public_functions(shell, monkeypatch):
    calls = []
    for name in ("load", "load_panel", "explore"):
        record = lambda *arguments, _name=name, **options: calls.append((_name, arguments, options)) or po.sample()  # noqa: E731
        monkeypatch.setattr(f"pd_optstat.{name}", record)
    for line in (
        "1,us_index 0 2026-01-01 --no-cache --no-progress",
        "US_INDEX --off 2026-01-01 2026-02-01 --source ''",
    ):
        shell.run_line_magic("optstat", line)
    shell.run_line_magic("optstat_explore", "2026-01-01 --lower 0.2 --lookback 126")
    assert calls == [
        ("load_panel", ([1, "us_index"], [0], "2026-01-01", None), {"cache": False, "progress": False}),
        ("load", ("US_INDEX", "VOLUME", "2026-01-01", "2026-02-01"), {"offline": True, "source": ""}),
        ("explore", (["US_SECURITY"], ["VOLUME"], "2026-01-01", None), {"lower": 0.2, "lookback": 126}),
    ]


def test_variables_and_expressions_are_expanded(shell):
    shell.push({"begin": pd.Timestamp(RANGE[0]), "days": 11, "market": "HK_INDEX"})
    shell.run_cell("import pandas as pd")
    assert shell.run_cell("%optstat $market VOLUME {begin} {begin + pd.Timedelta(days=days)} -> df").success
    assert shell.user_ns["df"].equals(po.load("HK_INDEX", "VOLUME", *RANGE))


def test_options_are_those_of_load(shell, capsys, tmp_path):
    folder = tmp_path / "own cache"
    assert shell.run_cell(f"%optstat US_SECURITY {WHEN} --cache '{folder}' --source simulator:?seed=7 -> df").success
    assert shell.user_ns["df"].attrs["optstat"]["source"] == "simulator:7"
    assert po.Cache(folder).info()["rows"].tolist() == [10]
    held = f"--cache '{folder}' --source simulator:?seed=7"
    assert shell.run_cell(f"%optstat US_SECURITY {WHEN} {held} --offline -> again").success
    assert shell.user_ns["again"].attrs["optstat"]["requests"] == 0
    assert shell.run_cell(f"%optstat US_SECURITY {WHEN} {held} --refresh --include-open -> anew").success
    assert shell.user_ns["anew"].attrs["optstat"]["requests"] == 1
    assert shell.run_cell(f"%optstat US_SECURITY {WHEN} {held} --as-of 2100-01-01 00:00 -> then").success
    assert shell.user_ns["then"].attrs["optstat"]["as_of"] == "2100-01-01T00:00:00+00:00"
    error, shown = fails(shell, capsys, f"%optstat US_SECURITY {WHEN} {held} --offline --refresh")
    assert isinstance(error, po.InvalidRequest)
    assert "--offline" in shown


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("%optstat US_SECURTY", "Did you mean US_SECURITY?"),
        ("%optstat US_SECURITY VOLUM", "Did you mean VOLUME?"),
        ("%optstat US_SECURITY --widnow 10", "Did you mean --window?"),
        ("%optstat US_SECURITY -window 10", "Did you mean --window?"),
        ("%optstat_explore --metric zscor", "Did you mean zscore?"),
        ("%optstat_explore --theme drak", "Did you mean dark?"),
        ("%optstat_explore --lower few", "invalid float value: 'few'"),
        ("%optstat", "Name a market first"),
        ("%optstat 2026-06-01", "Name a market first"),
        ("%optstat VOLUME US_SECURITY", "market='VOLUME' is not known"),
        ("%optstat 2026-06-01 US_SECURITY", "not in the order MARKET DATA_TYPE START END"),
        ("%optstat US_SECURITY VOLUME 2026-06-01 2026-06-12 more", "'more' is one argument too many"),
        ("%optstat US_SECURITY, US_INDEX", "with commas and without spaces"),
        ("%optstat US_SECURITY 2026/06/01", "Give a full ISO date"),
        ("%optstat US_SECURITY yesterday", "data_type='yesterday' is not known"),
        ("%optstat US_SECURITY --window ten", "an integer of at least 1"),
        ("%optstat US_SECURITY --lookback 5X", "a number of rows"),
        ("%optstat US_SECURITY --lookback", "%optstat? lists its arguments"),
        ("%optstat US_SECURITY --cache a --no-cache", "Drop one of them"),
        ("%optstat {nowhere}", "{nowhere} was not expanded"),
        ("%optstat US_SECURITY $nowhere", "$nowhere was not expanded"),
        ("%optstat US_SECURITY 'VOLUME", "a quote in this line is not closed"),
        ("%optstat US_SECURITY ->", "Name the variable that is to hold the result"),
        ("%optstat US_SECURITY -> for", "'for' is not the name of a variable"),
        ("%optstat US_SECURITY -> df.x", "'df.x' is not the name of a variable"),
        ("%optstat US_SECURITY -> a b", "'a b' is not the name of a variable"),
        ("%optstat US_SECURITY --source opend://127.0.0.1:1", "Start Futu OpenD"),
        (f"%optstat US_SECURITY {WHEN} --offline", "OfflineMiss: "),
        (f"%optstat US_SECURITY {WHEN} --offline --refresh", "--offline forbids it"),
        ("%optstat_explore --window ten", "--window 'ten'"),
    ],
)
def test_an_error_is_one_clear_piece(shell, capsys, line, words):
    _, shown = fails(shell, capsys, line)
    assert words.lower() in shown.lower()
    assert len(shown.strip().splitlines()) == 1
    assert "Traceback" not in shown
    assert ".py" not in shown


def test_bad_input_is_refused_before_any_work(shell, capsys, monkeypatch):
    monkeypatch.setattr("pd_optstat.load", lambda *_, **__: pytest.fail("loaded"))
    for rest in ("--window 0", "--lookback -5", "-> 1", "--widnow 2"):
        fails(shell, capsys, f"%optstat US_SECURITY {WHEN} {rest}")
    assert shell.run_cell("1").success


def test_a_failed_line_stores_nothing_and_keeps_its_type(shell, capsys):
    shell.push({"df": "before"})
    error, _ = fails(shell, capsys, f"%optstat US_SECURITY {WHEN} --offline -> df")
    assert isinstance(error, po.OfflineMiss)
    assert shell.user_ns["df"] == "before"


def test_a_defect_keeps_its_traceback(shell, capsys, monkeypatch):
    monkeypatch.setattr("pd_optstat.load", lambda *_, **__: 1 / 0)
    _, shown = fails(shell, capsys, "%optstat US_SECURITY")
    assert "Traceback" in shown


def test_warnings_name_the_magic(shell, monkeypatch):
    def load(*_: Any, **__: Any) -> pd.DataFrame:
        from pd_optstat._util.warn import warn

        warn("old", po.StaleWarning)
        return po.sample()

    monkeypatch.setattr("pd_optstat.load", load)
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        shell.run_line_magic("optstat", "US_SECURITY")
    assert [(str(one.message), one.filename) for one in found] == [("old", "%optstat")]


def test_it_explores(shell):
    line = (
        f"US_SECURITY,HK_SECURITY VOLUME {WHEN} --no-cache --window 21 --lookback 63 --metric ema --theme dark --k 1.5"
    )
    shell.run_cell(f"%optstat_explore {line} --arrangement stacked -> e")
    view = shell.user_ns["e"].wait().view
    assert view.keys == (("US_SECURITY", "VOLUME"), ("HK_SECURITY", "VOLUME"))
    assert (str(view.start), str(view.end)) == RANGE
    assert (view.window, view.lookback, view.metric, view.theme, view.k) == (21, 63, "ema", "dark", 1.5)
    assert view.arrangement == "stacked"
    shown = shell.run_cell("%optstat_explore --preset 3M --no-cache").result
    assert (shown.view.preset, shown.view.markets) == ("3M", ("US_SECURITY",))
    shown.wait()


def texts(shell: InteractiveShell, code: str) -> list[str]:
    with provisionalcompleter():
        return [one.text for one in shell.Completer.completions(code, len(code))]


@pytest.mark.parametrize("jedi", [slow(True), False])
def test_completion_in_ipython(shell, jedi):
    shell.Completer.use_jedi = jedi
    assert texts(shell, "%optstat ") == list(po.OptionMarket.__members__)
    assert texts(shell, "1 + 1\ndf = %optstat us_security OPEN") == ["OPEN_INTEREST"]
    assert texts(shell, "optstat HK_S") == ["HK_SECURITY"]  # automagic
    assert texts(shell, "%optstat_explore --metric=z") == ["zscore"]
    assert texts(shell, "%opts") == ["%optstat", "%optstat_explore"]
    shell.push({"optstat": [], "US_mine": 1})
    assert "US_SECURITY" not in texts(shell, "optstat US_")
    assert texts(shell, "print(US_m") == ["US_mine"]


def test_underlyings(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    asked = f"{WHEN} --source simulator: --no-cache"
    one = shell.run_line_magic("optstat", f"us.aapl VOLUME {asked}")
    assert [*one.columns][-1] == "underlying_price"
    assert "SYNTHETIC" in capsys.readouterr().out
    panel = shell.run_line_magic("optstat", f"US.AAPL,HK_INDEX VOLUME {asked}")
    assert [*panel.columns.get_level_values("market").unique()] == ["US.AAPL", "HK_INDEX"]
    volatility = shell.run_line_magic("optstat", f"US.AAPL volatility {asked}")
    assert [*volatility.columns] == ["iv", "hv", "underlying_price"]
    small = shell.run_line_magic("optstat", f"'HK.800000 (SMALL)' VOLUME {asked}")
    assert small.attrs["optstat"]["market"] == "HK.800000 (SMALL)"
    with pytest.raises(po.InvalidRequest, match="--window"):
        shell.run_line_magic("optstat", f"US.AAPL VOLATILITY {asked} --window 5")
    explorer = shell.run_line_magic("optstat_explore", f"US.AAPL VOLUME {asked} --lookback 20").wait(60)
    assert explorer.markets == ["US.AAPL"]
    assert explorer.error == ""


def test_unloading_leaves_nothing(shell, capsys):
    before = InteractiveShell().Completer.custom_matchers
    shell.run_line_magic("reload_ext", "pd_optstat")
    assert len(shell.Completer.custom_matchers) == len(before) + 1
    shell.run_line_magic("unload_ext", "pd_optstat")
    assert shell.Completer.custom_matchers == before
    assert "US_SECURITY" not in texts(shell, "%optstat US_")
    _, shown = fails(shell, capsys, "%optstat US_SECURITY")
    assert "not found" in shown


def test_every_option_is_in_the_help(shell):
    for magic in MAGICS:
        text = shell.object_inspect(f"%{magic}")["docstring"]
        assert [option for option in options(magic) if f"{option} " not in text] == []
        assert all(word in text for word in ("-> ", "positional arguments", "US_SECURITY"))


def test_importing_the_package_imports_no_ipython():
    code = "import sys, pd_optstat; print('IPython' in sys.modules, 'pd_optstat.magics' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


# -- In a kernel ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Start a kernel of this interpreter that has the extension loaded."""
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import KernelManager

    package = str(Path(po.__file__).parents[1])
    folder = tmp_path_factory.mktemp("kernel")
    own = {
        "PYTHONPATH": os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH")))),
        "PD_OPTSTAT_SOURCE": "simulator:",
        "PD_OPTSTAT_CACHE_DIR": str(folder / "cache"),
        "IPYTHONDIR": str(folder / "ipython"),
    }
    specs = KernelSpecManager(kernel_dirs=[], ensure_native_kernel=True)
    manager = KernelManager(kernel_name="python3", kernel_spec_manager=specs)
    manager.start_kernel(env={**os.environ, **own})
    client = manager.client()
    try:
        client.start_channels()
        client.wait_for_ready(timeout=60)
        assert run(client, "%load_ext pd_optstat")["status"] == "ok"
        yield client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def run(client: Any, code: str) -> dict[str, Any]:
    """Run a cell; return the kernel's reply, and under "shown" what it displays."""
    shown: list[dict[str, Any]] = []
    reply = client.execute_interactive(code, timeout=60, output_hook=lambda message: shown.append(message["content"]))
    return {**reply["content"], "shown": shown}


@pytest.mark.notebooks
def test_a_kernel_executes(kernel):
    assert run(kernel, f"%optstat US_SECURITY VOLUME {WHEN} --window 2 -> df")["status"] == "ok"
    shown = run(kernel, "print(df.shape, df.attrs['optstat']['source'])")["shown"]
    assert "(10, 13) simulator:3301\n" in [one.get("text") for one in shown]
    displayed = run(kernel, f"%optstat US_SECURITY VOLUME {WHEN}")["shown"]
    assert any("text/html" in one.get("data", {}) for one in displayed)


@pytest.mark.notebooks
def test_a_kernels_error_has_no_internals(kernel):
    reply = run(kernel, "%optstat US_SECURTY")
    assert (reply["status"], reply["ename"]) == ("error", "InvalidRequest")
    assert "Did you mean US_SECURITY?" in reply["evalue"]
    assert reply["traceback"] == [f"InvalidRequest: {reply['evalue']}"]


@pytest.mark.notebooks
def test_a_kernel_completes(kernel):
    def complete(code: str) -> tuple[list[str], str]:
        reply = kernel.complete(code, len(code), reply=True, timeout=60)["content"]
        return reply["matches"], code[reply["cursor_start"] : reply["cursor_end"]]

    assert complete("%optstat us_") == (["US_SECURITY", "US_INDEX"], "us_")
    assert complete("x = 1\n%optstat US_SECURITY,HK_I") == (["HK_INDEX"], "HK_I")
    assert complete("%optstat US_SECURITY --lo") == (["--lookback"], "--lo")
    assert complete("%optstat_explore --metric=pe") == (["percentile"], "pe")


@pytest.mark.notebooks
def test_a_kernel_helps(kernel):
    found = kernel.inspect("%optstat", 4, reply=True, timeout=60)["content"]
    assert found["found"]
    assert "--lookback ROWS" in found["data"]["text/plain"]
