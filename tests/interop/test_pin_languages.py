"""`proto/` in other languages: it compiles for Java, C#, C++ and JavaScript, and Node reads a pin by its comments."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from support.external_tools import npm_install, run, unpack_debian

import pd_optstat as po

pytestmark = pytest.mark.vendor

ROOT = Path(__file__).resolve().parents[2]
PROTO = ROOT / "proto"
FILES = sorted(str(path.relative_to(PROTO)) for path in PROTO.rglob("*.proto"))
READER = Path(__file__).with_name("read_pin.js")
PROTOBUFJS = "protobufjs@8.8.1"
#: Debian's compiler in parts. grpcio-tools, which makes our Python modules, compiles for Python alone.
DEBIAN = ("protobuf-compiler", "libprotoc32", "libprotobuf32")


@pytest.fixture(scope="module")
def protoc(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], dict[str, str]]:
    """Return the command of a protoc for many languages, and its environment: the system's, else Debian's, unpacked."""
    found = shutil.which("protoc")
    if found:
        return [found], dict(os.environ)
    root = unpack_debian(tmp_path_factory.mktemp("protoc"), *DEBIAN)
    libraries = ":".join(str(path) for path in (root / "usr/lib").iterdir())
    return [str(root / "usr/bin/protoc")], {**os.environ, "LD_LIBRARY_PATH": libraries}


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the environment in which `node` finds protobufjs."""
    folder = tmp_path_factory.mktemp("node")
    npm_install(folder, PROTOBUFJS)
    return {**os.environ, "NODE_PATH": str(folder / "node_modules")}


@pytest.fixture(scope="module")
def pinned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Any]]:
    """Return a pin of ten years, of another market, of an empty range, and of an underlying; and the frames."""
    path = tmp_path_factory.mktemp("pinned") / "study.optstat"
    with po.pin(path, "record"):
        frames = [
            po.load(*arguments, source="simulator:?seed=7", cache=False, progress=False)
            for arguments in (
                ("US_SECURITY", "VOLUME", "2016-06-13", "2026-06-12"),
                ("HK_INDEX", "OPEN_INTEREST", None, "2026-06-12"),
                ("US_INDEX", "VOLUME", "2026-06-13", "2026-06-14"),
                ("HK.00700", "OPEN_INTEREST", "2024-06-13", "2026-06-12"),
            )
        ]
        po.load_volatility("US.ARM", "2023-09-01", "2026-06-12", source="simulator:?seed=7", cache=False)
    return path, frames


@pytest.mark.parametrize("language", ["java", "csharp", "cpp"])
def test_the_definitions_compile(protoc: Any, tmp_path: Path, language: str) -> None:
    command, environment = protoc
    for file in FILES:
        done = run(*command, f"--proto_path={PROTO}", f"--{language}_out={tmp_path}", file, env=environment)
        assert done.stderr == "", "warnings count"
    endings = {"java": ".java", "csharp": ".cs", "cpp": ".pb.h"}
    assert len(list(tmp_path.rglob(f"*{endings[language]}"))) == len(FILES) >= 3


def test_the_definitions_load_in_javascript(node: dict[str, str]) -> None:
    paths = json.dumps([str(PROTO / file) for file in FILES])
    code = (
        f"const found = {paths}.map((path) => require('protobufjs').loadSync(path).resolveAll().nestedArray.length);"
        "console.log(JSON.stringify(found))"
    )
    assert json.loads(run("node", "-e", code, env=node).stdout) == [1] * len(FILES)


def test_node_reads_the_rows_that_python_wrote(node: dict[str, str], pinned: tuple[Path, list[Any]]) -> None:
    path, frames = pinned
    definition = PROTO / "pd_optstat" / "proto" / "pin.proto"
    read = json.loads(run("node", READER, definition, path, env=node).stdout)
    volatility = read.pop()  # the digest was checked, with numbers that are absent
    assert (volatility["underlying"], volatility["data_type"]) == ("US.ARM", 2)
    assert len(read) == len(frames)
    for one, frame in zip(read, frames, strict=True):
        about = frame.attrs["optstat"]
        days = frame.index.to_numpy().astype("datetime64[D]").astype("int64")
        rows = [list(map(str, row)) for row in zip(days, frame["call_value"], frame["put_value"], strict=True)]
        assert one["rows"] == rows
        assert one["digest"] == about["digest"]
        assert (one["origin"], one["endpoint"]) == (about["source"], about["endpoint"])
        assert one["observed_at"] == (about["observed_at"] or "")
        assert (one["missing"], one["provisional"]) == ([], [])
    assert [one["market"] for one in read] == [1, 4, 2, 0]
    assert [one["underlying"] for one in read] == ["", "", "", "HK.00700"]
    assert [one["data_type"] for one in read] == [0, 1, 0, 1]
    assert read[3]["prices"] == frames[3]["underlying_price"].tolist()
    assert read[1]["asked_start"] is None
    assert read[0]["asked_start"] == read[0]["first"]
    assert (read[2]["first"], read[2]["last"]) == (20617, 20618)


def test_node_finds_a_changed_byte(node: dict[str, str], pinned: tuple[Path, list[Any]], tmp_path: Path) -> None:
    data = bytearray(pinned[0].read_bytes())
    data[-1] ^= 1
    (tmp_path / "changed").write_bytes(data)
    definition = PROTO / "pd_optstat" / "proto" / "pin.proto"
    done = subprocess.run(
        ["node", READER, definition, tmp_path / "changed"], capture_output=True, text=True, env=node, check=False
    )
    assert done.returncode != 0
    assert "Error: checksum" in done.stderr
