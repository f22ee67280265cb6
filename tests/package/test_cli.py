"""The command line, in a process of its own where that matters."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pandas as pd
import pytest

import pd_optstat as po
from pd_optstat.cli import main

LOAD = ["load", "US_SECURITY", "VOLUME", "--start", "2026-06-01", "--end", "2026-06-12", "--source", "simulator:"]


def run(*arguments, **options):
    return subprocess.run(
        [sys.executable, "-m", "pd_optstat", *arguments], capture_output=True, text=True, timeout=60, **options
    )


@pytest.mark.slow
def test_demo(tmp_path):
    done = run("demo", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "SYNTHETIC" in done.stdout
    assert "Loaded from the cache: 2515 sessions, 0 requests" in done.stdout
    assert (tmp_path / "optstat-demo.png").read_bytes().startswith(b"\x89PNG")
    assert done.stderr == ""


def test_load_prints_the_documented_rows(capsys):
    assert main(LOAD) == 0
    printed = capsys.readouterr().out
    assert "45658870" in printed
    assert "2026-06-01" in printed


@pytest.mark.parametrize("ending", ["csv", "parquet", "json"])
def test_load_saves(tmp_path, capsys, ending):
    file = tmp_path / f"rows.{ending}"
    assert main([*LOAD, "--out", str(file)]) == 0
    assert capsys.readouterr().out == f"10 synthetic rows written to {file}\n"
    read = {
        "csv": lambda: pd.read_csv(file),
        "parquet": lambda: pd.read_parquet(file).reset_index(),
        "json": lambda: pd.DataFrame(json.loads(file.read_text())),
    }[ending]()
    assert read["put_value"].tolist()[-1] == 28723978
    assert str(read["time"].tolist()[-1]).startswith("2026-06-12")


@pytest.mark.parametrize("ending", ["csv", "parquet", "json"])
def test_full_disk_leaves_the_file_unchanged(tmp_path, capsys, monkeypatch, ending):
    file = tmp_path / f"rows.{ending}"
    file.write_text("before")

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        assert main([*LOAD, "--no-cache", "--out", str(file)]) == 1
    assert "No space left on device" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == [file.name]
    assert file.read_text() == "before"
    link = tmp_path / f"link.{ending}"
    link.symlink_to(file)
    assert main([*LOAD, "--out", str(link)]) == 0
    assert link.is_symlink()
    assert file.read_bytes() != b"before"


def test_errors_are_one_line_on_stderr_with_exit_code_1(capsys, tmp_path):
    assert main(["load", "NOWHERE", "--source", "simulator:"]) == 1
    assert capsys.readouterr().err.startswith("InvalidRequest: market='NOWHERE' is not known. Valid: US_SECURITY (1)")
    assert main([*LOAD, "--out", str(tmp_path / "rows.xlsx")]) == 1
    assert ".csv, .parquet, .json" in capsys.readouterr().err
    assert main([*LOAD, "--offline", "--cache-dir", str(tmp_path / "empty")]) == 1
    error = capsys.readouterr().err
    assert error.startswith("OfflineMiss: ")
    assert "without --offline" in error
    assert main([*LOAD, "--as-of", "2026-06-12", "--no-cache"]) == 1
    assert "--as-of reads" in capsys.readouterr().err
    assert main([*LOAD, "--out", str(tmp_path / "no" / "rows.csv")]) == 1
    assert "cannot be written" in capsys.readouterr().err


def test_synthetic_data_is_labelled(capsys):
    assert main(LOAD) == 0
    assert capsys.readouterr().err == "SYNTHETIC data, from simulator:3301\n"


def test_protocol_numbers_and_full_disks(capsys, tmp_path):
    assert main(["load", "1", "0", *LOAD[3:]]) == 0
    assert "45658870" in capsys.readouterr().out
    command = [sys.executable, "-m", "pd_optstat", *LOAD]
    with open("/dev/full", "w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode in (1, 120)  # 120: Python could not flush at its end either
    assert "Traceback" not in done.stderr
    assert main(["demo", "--picture", str(tmp_path / "x.bmpx")]) == 1
    assert ".png, .pdf, .svg" in capsys.readouterr().err
    assert main(["cache", "info", "--cache-dir", str(tmp_path / "typo")]) == 0
    assert not (tmp_path / "typo").exists()


def test_cache_commands(capsys, tmp_path):
    folder = ["--cache-dir", str(tmp_path / "held")]
    assert main([*LOAD, *folder]) == 0
    capsys.readouterr()
    printed = {}
    for command in (
        ["path"],
        ["info"],
        ["coverage", "US_SECURITY", "VOLUME"],
        ["revisions", "US_SECURITY", "VOLUME", "--source", "simulator:3301"],
        ["verify"],
        ["clear"],
        ["clear", "US_SECURITY"],
        ["info"],
    ):
        code = main(["cache", *command, *folder])
        printed[len(printed)] = (code, capsys.readouterr())
    assert printed[0][1].out == f"{tmp_path / 'held'}\n"
    assert "simulator:3301" in printed[1][1].out
    assert printed[2][1].out == "2026-06-01 2026-06-12\n"
    assert printed[3][1].out.count("simulator:?seed=3301") == 10
    assert printed[4][1].out == "no damaged records\n"
    assert printed[5][0] == 1
    assert "--all" in printed[5][1].err
    assert printed[6][1].out == "1 series removed\n"
    assert printed[7][1].out == "no rows\n"


def test_simulate_serves_until_stopped(tmp_path):
    command = [
        sys.executable,
        "-m",
        "pd_optstat",
        "simulate",
        "--port",
        "0",
        "--page-size",
        "3",
        "--until",
        "2026-06-12",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        url = process.stdout.readline().strip()
        assert url.startswith("opend://127.0.0.1:")
        frame = po.load("US_SECURITY", "VOLUME", "2026-06-01", "2026-06-30", source=url, cache=tmp_path)
        assert frame.attrs["optstat"]["requests"] == 4
        assert frame.index[-1] == pd.Timestamp("2026-06-12")
        taken = run("simulate", "--port", url.rpartition(":")[2])
        assert taken.returncode == 1
        assert "--port 0" in taken.stderr
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def test_version_and_help():
    assert run("--version").stdout == f"pd-optstat {po.__version__}\n"
    assert "simulate" in run("--help").stdout
    assert run().returncode == 2


@pytest.mark.parametrize(
    "words",
    [
        ["VOLUME", "2026-06-11", "2026-06-12"],
        ["2026-06-11", "2026-06-12"],
        ["0", "2026-06-11", "--end", "2026-06-12"],
        ["--start", "2026-06-11", "--end", "2026-06-12"],
    ],
)
def test_dates_are_words_or_options(capsys, words):
    assert main(["load", "US_SECURITY", *words, "--source", "simulator:"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()[2:]] == ["2026-06-11", "2026-06-12"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["VOLUME", "2026-13-01"], "InvalidRequest: start='2026-13-01' is not a date."),
        (["VOLUME", "--start", "2026-13-01"], "InvalidRequest: --start '2026-13-01' is not a date."),
        (["2026-06-01", "--start", "2026-06-02"], "given twice, as '2026-06-01' and as --start '2026-06-02'"),
        (["2026-06-01", "2026-06-02", "2026-06-03"], "'2026-06-03' is one word too many."),
    ],
)
def test_errors_about_dates_speak_of_what_was_typed(capsys, words, said):
    assert main(["load", "US_SECURITY", *words, "--source", "simulator:"]) == 1
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("command", [["load", "US_SECURITY"], ["cache", "info"], ["simulate"]])
def test_an_argument_too_many_shows_the_usage_of_the_command(capsys, command):
    with pytest.raises(SystemExit):
        main([*command, "--nonsense"])
    said = capsys.readouterr().err
    assert said.startswith(f"usage: pd-optstat {' '.join(command).replace(' US_SECURITY', '')} ")
    assert "unrecognized arguments: --nonsense" in said


def test_plot_saves_a_picture(tmp_path, capsys):
    file = tmp_path / "ratio.svg"
    words = ["plot", "US_SECURITY", "2026-05-01", "2026-06-12", "--source", "simulator:", "--kind", "ratio"]
    assert main([*words, "--theme", "dark", "--out", str(file)]) == 0
    assert "SYNTHETIC" in capsys.readouterr().err
    assert "<svg" in file.read_text(encoding="utf-8")
    assert main([*words, "--out", str(tmp_path / "ratio.gif")]) == 1
    assert "--out" in capsys.readouterr().err


def test_underlyings(capsys, tmp_path):
    folder = ["--cache-dir", str(tmp_path / "held")]
    days = ["2026-06-01", "2026-06-12", "--source", "simulator:"]
    assert main(["load", "us.aapl", "VOLUME", *days, *folder]) == 0
    shown = capsys.readouterr()
    assert "underlying_price" in shown.out
    assert "291.13" in shown.out
    assert shown.err == "SYNTHETIC data, from simulator:3301\n"
    assert main(["load", "US.AAPL", "volatility", *days, *folder]) == 0
    assert "25.126  23.324" in capsys.readouterr().out
    for words, said in (
        (["coverage", "us.aapl", "OPEN_INTEREST"], "2026-06-01 2026-06-12"),
        (["coverage", "US.AAPL", "VOLATILITY"], "2026-06-01 2026-06-12"),
        (["revisions", "US.AAPL", "VOLUME"], "underlying_price"),
        (["info"], "OPEN_INTEREST"),
        (["verify"], "no damaged records"),
        (["clear", "US.AAPL"], "3 series removed"),
    ):
        assert main(["cache", *words, *folder]) == 0
        assert said in capsys.readouterr().out
    for code, said in (
        ("AAPL", "Did you mean US.AAPL?"),
        ("00700", "Did you mean HK.00700?"),
        ("HK.700", "Did you mean HK.00700?"),
        ("US.QQQQQ", "RequestRejected: "),
        ("SH.600519", "of market SH"),
    ):
        assert main(["load", code, "VOLUME", *days, *folder]) == 1
        assert said in capsys.readouterr().err
    assert main(["cache", "info", *folder]) == 0
    assert capsys.readouterr().out == "no rows\n"


@pytest.mark.slow
def test_pictures_of_underlyings(capsys, tmp_path):
    picture = tmp_path / "price.png"
    words = ["plot", "HK.00700", "OPEN_INTEREST", "2026-01-02", "2026-06-12", "--source", "simulator:", "--no-cache"]
    assert main([*words, "--kind", "price", "--out", str(picture)]) == 0
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert main(["plot", "US.AAPL", "VOLATILITY", *words[3:], "--out", str(picture)]) == 1
    assert "no column 'call_value'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "shown"), [([], "load a series, and print or save it"), (["cache"], "coverage"), (["pin"], "verify")]
)
def test_without_a_command_all_commands_are_shown(given, shown, capsys):
    with pytest.raises(SystemExit) as ended:
        main(given)
    assert ended.value.code == 2
    assert shown in capsys.readouterr().err
