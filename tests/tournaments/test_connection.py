import os
import sqlite3
import subprocess
import sys
import warnings

import pytest
from sqlalchemy.exc import SAWarning

from arena.errors import ArenaError, UsageError
from tournaments.connection import _place, _url, check_lasting, connect, default_store, explained, has_secret
from tournaments.store import Store


def refused(text, *, create):
    with pytest.raises(ArenaError) as caught:
        Store.open(text, create=create)
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize("text", ["http://x", "mysql://host/db", "sqlite:/x://", "://", "sqlite+nodriver://"])
def test_a_text_that_names_no_database_we_know_is_wrong_use(text):
    error = refused(text, create=True)
    if "nodriver" in text:
        assert "needs a driver that is not installed" in str(error)
    else:
        assert isinstance(error, UsageError)
        assert str(error).startswith(f"cannot read the store {text!r}: expected a URL like sqlite:///arena.db")


def test_a_plain_file_name_is_an_sqlite_store():
    assert _url("results.db").render_as_string() == "sqlite:///results.db"


@pytest.mark.parametrize("name", ["a?mode=ro", "50%.db", "me@home.db"])
def test_a_plain_file_name_may_hold_what_has_a_meaning_in_urls(name):
    Store.open(name, create=True).close()
    assert os.listdir() == [name]  # noqa: PTH208  # names are all that matters


def test_two_slashes_are_answered_with_three():
    error = refused("sqlite://arena.db", create=True)
    assert isinstance(error, UsageError)
    assert str(error).endswith("a file is named with three slashes, as in sqlite:///arena.db")


@pytest.mark.parametrize("options", ["mode=ro", "uri=true&mode=ro", "timeout=3", "ro"])
def test_options_of_sqlite_are_refused_and_nothing_is_warned_of(options, recwarn):
    error = refused(f"sqlite:///a.db?{options}", create=True)
    assert isinstance(error, UsageError)
    assert str(error) == f"the store sqlite:///a.db cannot have options ({options}): SQLite takes none here"
    assert not recwarn.list


def test_warnings_of_the_database_library_do_not_reach_the_user(monkeypatch, recwarn):
    def warn(*arguments):
        warnings.warn("mind the gap", SAWarning, stacklevel=1)

    monkeypatch.setattr("tournaments.connection._bring_up_to_date", warn)
    connect("a.db", create=True)[0].dispose()
    assert not recwarn.list


SECRETS = ("postgresql://me:geheim@host/db", "postgresql://me@host/db?password=geheim&sslmode=require")


@pytest.mark.parametrize("text", SECRETS)
def test_a_password_is_known_as_one_and_not_shown(text):
    assert has_secret(text)
    assert "geheim" not in _place(_url(text))


@pytest.mark.parametrize("text", ["arena.db", "sqlite:///arena.db", "postgresql://me@host/db?sslmode=require"])
def test_a_url_without_a_password_is_no_secret(text):
    assert not has_secret(text)


def test_a_url_that_cannot_be_read_is_shown_without_its_password():
    error = refused("mysql://me:ge@heim@host/db", create=True)
    assert str(error).startswith("cannot read the store 'mysql://***@host/db'")


@pytest.mark.parametrize("text", ["sqlite://", "sqlite:///", "sqlite:///:memory:", ":memory:"])
def test_a_store_in_memory_does_not_last(text):
    with pytest.raises(UsageError, match="is in memory and would be lost at once: name a file or a database"):
        check_lasting(text)


@pytest.mark.parametrize("text", [None, "arena.db", "postgresql://host/db"])
def test_other_stores_last(text):
    check_lasting(text)


def test_the_default_store_is_named_by_the_environment(monkeypatch):
    assert default_store() == "sqlite:///arena.db"
    monkeypatch.setenv("ARENA_STORE", "sqlite:///other.db")
    assert default_store() == "sqlite:///other.db"
    Store.open(create=True).close()
    assert os.listdir() == ["other.db"]  # noqa: PTH208  # names are all that matters


def test_a_store_that_is_read_must_be_there_and_is_not_made_by_reading():
    error = refused("no.db", create=False)
    assert str(error).startswith("there is no store sqlite:///no.db: play a tournament first (arena tournament run")
    assert type(error) is ArenaError
    assert os.listdir() == []  # noqa: PTH208  # names are all that matters


def test_an_empty_file_is_no_store_to_read_but_may_become_one(tmp_path):
    (tmp_path / "empty.db").touch()
    assert "sqlite:///empty.db is empty: play a tournament first" in str(refused("empty.db", create=False))
    Store.open("empty.db", create=True).close()
    Store.open("empty.db").close()


@pytest.mark.parametrize("create", [False, True])
def test_a_file_that_is_no_database_is_left_alone(tmp_path, create):
    (tmp_path / "notes.txt").write_text("dear diary\n" * 200)
    error = refused("notes.txt", create=create)
    assert str(error) == "sqlite:///notes.txt is not a database: name another with --store"
    assert (tmp_path / "notes.txt").read_text() == "dear diary\n" * 200


def test_a_damaged_store_is_said_to_be_damaged(store, make_tournament, tmp_path):
    store.add_tournament(make_tournament(), [])
    store.close()
    pages = bytearray((tmp_path / "arena.db").read_bytes())
    pages[4096:] = os.urandom(len(pages) - 4096)
    (tmp_path / "arena.db").write_bytes(pages)
    with (
        pytest.raises(ArenaError, match=r"^sqlite:///arena.db is damaged: restore it") as caught,
        Store.open("arena.db") as one,
    ):
        one.tournaments()
    assert type(caught.value) is ArenaError


def test_folders_are_named(tmp_path):
    (tmp_path / "runs").mkdir()
    assert str(refused("runs", create=True)) == "sqlite:///runs is a folder, not a store: name a file"
    assert "there is no folder 'not/here' for the store" in str(refused("not/here/a.db", create=True))


def test_a_folder_that_cannot_be_written_is_named():
    error = refused("/proc/arena.db", create=True)
    assert "sqlite:////proc/arena.db cannot be opened: check that the folder may be written" in str(error)


def test_a_store_that_may_only_be_read_says_so(store, make_tournament):
    with explained("the store"):
        pass
    connection = sqlite3.connect("arena.db")
    connection.close()
    with store._engine.connect() as held:
        held.exec_driver_sql("PRAGMA query_only = ON")
    with pytest.raises(ArenaError, match="may not be written: change its permissions"):
        store.add_tournament(make_tournament(), [])


def test_a_locked_store_says_so(store, make_tournament, monkeypatch):
    monkeypatch.setattr("tournaments.connection._BUSY_SECONDS", 0.1)
    holder = sqlite3.connect("arena.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with Store.open("arena.db") as other, pytest.raises(ArenaError, match="is locked by another process: wait for it"):
        other.add_tournament(make_tournament(), [])
    holder.close()


def test_a_missing_driver_is_named_with_the_command_that_installs_it():
    try:
        import psycopg  # noqa: F401  # whether it is there
    except ImportError:
        error = refused("postgresql://user:secret@host/db", create=True)
        assert "needs a driver that is not installed (psycopg): pip install psycopg" in str(error)
        assert "secret" not in str(error)
    else:
        pytest.skip("the driver is installed")


def test_a_new_store_is_durable_and_keeps_its_references():
    engine, _ = connect("arena.db", create=True)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 30_000
    engine.dispose()


def test_two_processes_may_make_one_store_at_the_same_time():
    code = "from tournaments.store import Store; Store.open('arena.db', create=True).close()"
    both = [subprocess.Popen([sys.executable, "-c", code], env=_with_path()) for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]


def _with_path():
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
