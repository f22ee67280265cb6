"""Archives in folders, memory, HTTP and S3, and the protection of credentials."""

from __future__ import annotations

import copy
import importlib
import os
import pickle
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pandas as pd
import pytest
from support.archive_fixtures import ASKED, SOURCE, archive_url, check, held_cache, observe  # noqa: F401  (fixtures)

import pd_optstat as po
from pd_optstat.storage.archive.location import redact

# Credentials


@pytest.mark.parametrize(
    ("url_", "shown"),
    [
        ("s3://key:secret@bucket/a", "s3://bucket/a"),
        ("s3://AKIA:se/cr+et@bucket/a", "s3://bucket/a"),
        ("sftp://me:secret@host:22/a@b", "sftp://host:22/a@b"),
        ("sftp://host:22/a@b", "sftp://host:22/a@b"),
        ("ftp://me@host/a", "ftp://host/a"),
        ("https://u:secr@et@host/a", "https://host/a"),
        ("/data/me:x@y/archive", "/data/me:x@y/archive"),
        ("simplecache::s3://key:secret@bucket/a", "simplecache::s3://bucket/a"),
        ("https://host/a?sv=1&sig=secret", "https://host/a?***"),
        ("filecache::https://host/a?sig=secret", "filecache::https://host/a?***"),
        ("/data/what?sig=x", "/data/what?sig=x"),
    ],
)
def test_credentials_are_never_shown(url_, shown):
    assert redact(url_) == shown
    source = po.Parquet(url_)
    for text in (repr(source), source.endpoint, repr(source.place)):
        assert "secret" not in text
        assert shown in text


def test_unreachable_server(cache):
    for use in (lambda url_: cache.export(url_, SOURCE), lambda url_: po.load(*ASKED, source=f"parquet:{url_}")):
        with pytest.raises(po.ConnectionFailed, match=r"ftp://127\.0\.0\.1:9/x cannot be reached"):
            use("ftp://me:secret@127.0.0.1:9/x")


def test_credentials_are_not_in_errors(cache):
    for url_ in (
        "s3://AKIAKEY:topsecret@bucket",
        "nosuch://AKIAKEY:topsecret@bucket/x",
        "ftp://AKIAKEY:topsecret@127.0.0.1:9/x",
    ):
        for use in (lambda: cache.export(url_, SOURCE), lambda: po.load(*ASKED, source=f"parquet:{url_}")):  # noqa: B023
            with pytest.raises(po.OptStatError) as caught:
                use()
            assert "topsecret" not in str(caught.value)
            assert "AKIAKEY" not in str(caught.value)
            assert caught.value.__context__ is None or caught.value.__suppress_context__
    with pytest.raises(po.OptStatError) as caught:
        po.load(*ASKED, source=po.Parquet("s3://bucket", storage_options={"secret": "topsecret"}))
    assert "topsecret" not in str(caught.value)


@pytest.mark.cloud
def test_a_token_in_an_http_address_is_sent_with_every_request_and_never_shown(cache, tmp_path, url):
    cache.export(url, SOURCE)
    with serve_folder(Path(url).parent) as (address, requests):
        source = po.Parquet(f"{address}/archive?sv=1&sig=top%2Bsecret")
        loaded = po.load(*ASKED, source=source)
        assert loaded.attrs["optstat"]["endpoint"] == f"parquet:{address}/archive?***"
        assert requests
        assert all(path.endswith("?sv=1&sig=top%2Bsecret") for path in requests)
        with pytest.raises(po.InvalidRequest, match="There is no archive") as missing:
            po.load(*ASKED, source=f"parquet:{address}/nothing?sig=topsecret")
    with pytest.raises(po.ConnectionFailed, match="cannot be read") as refused:
        po.load(*ASKED, source=source)
    for told in (missing, refused):
        assert "secret" not in str(told.value)


def test_credentials_are_not_pickled(tmp_path):
    without = po.Parquet(tmp_path / "archive", origin="simulator:7", storage_options={"auto_mkdir": True})
    assert repr(pickle.loads(pickle.dumps(without))) == repr(without)  # noqa: S301
    for source in (
        po.Parquet("s3://AKIAKEY:topsecret@team/archive"),
        po.Parquet("https://host/archive?sig=topsecret"),
        po.Parquet("s3://team/archive", storage_options={"client_kwargs": {"aws_secret_access_key": "topsecret"}}),
    ):
        for use in (pickle.dumps, copy.deepcopy):
            with pytest.raises(TypeError, match="not pickled"):
                use(source)


# Addresses


def test_memory(cache):
    url_ = "memory://archives/one"
    cache.export(url_, SOURCE)
    assert len(po.load(*ASKED, source=f"parquet:{url_}", offline=True)) == 509
    assert not cache.export(url_, SOURCE)["written"].any()


def test_relative_paths_and_file_urls(cache, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cache.export("here/archive", SOURCE)
    assert len(po.load(*ASKED, source="parquet:here/archive")) == 509
    assert len(po.load(*ASKED, source=f"parquet:file://{tmp_path}/here/archive/")) == 509
    assert len(po.load(*ASKED, source=po.Parquet(tmp_path / "here" / "archive"))) == 509
    assert not cache.export("parquet:here/archive/", SOURCE)["written"].any()
    for nothing in ("", "parquet:", None, "/"):
        with pytest.raises(po.InvalidRequest):
            cache.export(nothing, SOURCE)
    assert sorted(os.listdir("here")) == ["archive", "archive.optstat", "archive.optstat.json"]


def test_paths_with_characters_that_are_special_in_urls(cache, tmp_path):
    odd = tmp_path / "a b" / "ü?x#y%20"
    cache.export(odd, SOURCE)
    for given_ in (f"parquet:{odd}", f"parquet:{odd}?origin=simulator:7", f"parquet:{odd}?origin=simulator%3A7"):
        assert len(po.load(*ASKED, source=given_)) == 509


@contextmanager
def serve_folder(folder):
    """Serve a folder over HTTP; yield the address and the paths that were requested."""
    requests = []

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            requests.append(self.path)

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", requests
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.cloud
def test_load_over_http_without_a_listing(cache, tmp_path, url):
    cache.export(url, SOURCE)
    with serve_folder(Path(url).parent) as (address, _):
        assert len(po.load(*ASKED, source=f"parquet:{address}/archive")) == 509
        with pytest.raises(po.InvalidRequest, match="There is no archive"):
            po.load(*ASKED, source=f"parquet:{address}/nothing")
    with pytest.raises(po.ConnectionFailed, match="cannot be read"):
        po.load(*ASKED, source=f"parquet:{address}/archive")


@pytest.fixture(scope="module")
def s3_server():
    server_module = importlib.import_module("moto.server")
    server = server_module.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3(s3_server, monkeypatch):
    import boto3
    import s3fs

    for name, value in (
        ("AWS_ENDPOINT_URL", s3_server), ("AWS_ACCESS_KEY_ID", "AKIAKEY"), ("AWS_SECRET_ACCESS_KEY", "topsecret"),
        ("AWS_DEFAULT_REGION", "us-east-1"), ("AWS_CONFIG_FILE", os.devnull), ("NO_PROXY", "127.0.0.1"),
    ):  # fmt: skip
        monkeypatch.setenv(name, value)
    s3fs.S3FileSystem.clear_instance_cache()
    client = boto3.client("s3")
    client.create_bucket(Bucket="team")
    yield s3_server
    for one in client.list_objects_v2(Bucket="team").get("Contents", []):
        client.delete_object(Bucket="team", Key=one["Key"])
    client.delete_bucket(Bucket="team")
    s3fs.S3FileSystem.clear_instance_cache()


@pytest.mark.cloud
def test_s3(cache, s3):
    url_ = "s3://team/options/archive"
    assert cache.export(url_, SOURCE)["written"].all()
    assert not cache.export(url_, SOURCE)["written"].any()
    direct = po.load(*ASKED, source=SOURCE, cache=cache)
    shared = po.load(*ASKED, source=f"parquet:{url_}")
    pd.testing.assert_frame_equal(shared, direct)
    check(pd.read_parquet(url_), cache)
    dask = importlib.import_module("dask.dataframe")
    check(dask.read_parquet(url_).compute(scheduler="sync"), cache)
    polars = importlib.import_module("polars")
    table = polars.scan_parquet(url_ + "/", hive_partitioning=True, storage_options={"allow_http": "true"}).collect()
    check(pd.DataFrame(table.to_dict(as_series=False)), cache)
    po.load("US_SECURITY", "VOLUME", "2026-06-12", "2026-06-30", source=SOURCE, cache=cache)
    assert cache.export(url_, SOURCE)["written"].sum() == 1
    assert len(po.load("US_SECURITY", "VOLUME", "2026-06-12", "2026-06-30", source=f"parquet:{url_}")) == 12
    with pytest.raises(po.OfflineMiss, match="2026-07-01"):
        po.load("US_SECURITY", "VOLUME", "2026-06-12", "2026-07-01", source=f"parquet:{url_}")
    with pytest.raises(po.InvalidRequest, match="needs it"):
        po.load(*ASKED, source=f"parquet:{url_}", offline=True)
    with pytest.raises(po.InvalidRequest, match="does not name a folder"):
        cache.export("s3://team", SOURCE)


@pytest.mark.cloud
def test_s3_with_credentials_in_the_url_or_in_options(cache, s3, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    keys = {"key": "AKIAKEY", "secret": "topsecret"}
    cache.export("s3://team/archive", SOURCE, storage_options=keys)
    loaded = po.load(*ASKED, source="parquet:s3://AKIAKEY:topsecret@team/archive")
    assert loaded.attrs["optstat"]["endpoint"] == "parquet:s3://team/archive"
    assert len(po.load(*ASKED, source=po.Parquet("s3://team/archive", storage_options=keys))) == 509
    with pytest.raises(po.OptStatError) as caught:
        cache.export("s3://AKIAKEY:topsecret@nobucket/archive", SOURCE)
    assert "topsecret" not in str(caught.value)


@pytest.mark.cloud
def test_concurrent_exports_to_s3_lose_nothing(tmp_path, s3):
    url_ = "s3://team/shared/archive"
    months = [("2023-03-01", "2023-03-31"), ("2024-03-01", "2024-03-28"), ("2024-04-01", "2024-04-30")]
    caches = [po.Cache(tmp_path / f"cache{number}") for number in range(len(months))]
    for round_ in range(3):
        for number, (cache, month) in enumerate(zip(caches, months, strict=True)):
            observe(cache, *month, 2 * (10 * round_ + number), f"2026-02-0{1 + round_}T00:00")
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda cache: cache.export(url_), caches))
        for number, month in enumerate(months):
            loaded = po.load("US_SECURITY", "VOLUME", *month, source=f"parquet:{url_}")
            assert set(loaded["call_value"]) == {2 * (10 * round_ + number)}
