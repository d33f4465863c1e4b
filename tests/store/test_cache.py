"""Answers are kept whole or not at all, by content address."""

import multiprocessing
import os
import stat

import pytest

from lld_agent.errors import OutputError
from lld_agent.store.cache import FileCache, default_cache_folder

KEY = "0f" * 32


def key(number):
    return f"{number:064x}"


def test_what_was_kept_comes_back(tmp_path):
    cache = FileCache(tmp_path / "answers")
    assert cache.get(KEY) is None
    cache.put(KEY, {"answer": "Größe \ud800", "n": [1, None]})
    assert FileCache(tmp_path / "answers").get(KEY) == {"answer": "Größe \ud800", "n": [1, None]}
    assert stat.S_IMODE((tmp_path / "answers").stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"[]",
        b'{"key": "other", "entry": {}}',
        b"\xff\xfe",
        b'{"key": "%s"}' % KEY.encode(),
    ],
)
def test_a_damaged_entry_is_no_entry(tmp_path, damage):
    cache = FileCache(tmp_path)
    cache.put(KEY, {"a": 1})
    cache._path(KEY).write_bytes(damage)
    assert cache.get(KEY) is None
    cache.put(KEY, {"a": 2})
    assert cache.get(KEY) == {"a": 2}


@pytest.mark.parametrize("wrong", ["", "../../etc/passwd", "ABCDEF0123456789", "0f/" * 20])
def test_a_key_is_never_a_path(tmp_path, wrong):
    with pytest.raises(ValueError, match="content address"):
        FileCache(tmp_path).get(wrong)


def test_what_was_not_used_for_longest_goes_first(tmp_path):
    cache = FileCache(tmp_path, largest=10_000)
    for number in range(10):
        cache.put(key(number), {"a": "x" * 900})
        os.utime(cache._path(key(number)), (number + 1, number + 1))
    assert cache.get(key(0)) is not None  # used now
    cache.largest = 5_000
    assert cache.prune() == 6
    assert [number for number in range(10) if cache.get(key(number))] == [0, 7, 8, 9]
    assert cache.prune() == 0


def test_leftovers_of_killed_writers_go(tmp_path):
    cache = FileCache(tmp_path)
    cache.put(KEY, {})
    old, fresh = (cache._path(KEY).parent / f".{name}.tmp" for name in ("old", "fresh"))
    old.write_text("half")
    os.utime(old, (1, 1))
    fresh.write_text("being written")
    cache.prune()
    assert not old.exists()
    assert fresh.exists()


def test_a_folder_that_cannot_be_written_is_said_before_any_answer(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot make the cache") as raised:
        FileCache(tmp_path / "file" / "answers").require_writable()
    assert "--cache-dir" in raised.value.hint
    FileCache(tmp_path / "new").require_writable()


def _write_many(folder, part):
    cache = FileCache(folder)
    for number in range(40):
        cache.put(key(number), {"n": number, "filler": "x" * 2000})
        entry = cache.get(key((number * 7 + part) % 40))
        assert entry is None or entry["filler"] == "x" * 2000


def test_processes_share_a_folder(tmp_path):
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_write_many, args=(tmp_path, part)) for part in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
        assert worker.exitcode == 0
    cache = FileCache(tmp_path)
    assert [cache.get(key(n))["n"] for n in range(40)] == list(range(40))


def test_the_place_is_the_users_cache(monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere/cache")
    assert default_cache_folder().name == "answers"
