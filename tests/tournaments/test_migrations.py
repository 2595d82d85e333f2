import json
import sqlite3

import pytest
from sqlalchemy import inspect

from arena.errors import ArenaError
from tournaments import migrations, schema
from tournaments.connection import connect
from tournaments.store import Store


def execute(path, *statements):
    connection = sqlite3.connect(path)
    with connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def test_the_newest_migration_makes_the_tables_that_the_queries_expect(tmp_path):
    engine, _ = connect("sqlite:///arena.db", create=True)
    migrated = inspect(engine)
    assert set(migrated.get_table_names()) == {*schema.metadata.tables, "arena_schema"}
    for name, table in schema.metadata.tables.items():
        found = migrated.get_columns(name)
        assert [column["name"] for column in found] == [column.name for column in table.columns]
        assert [not column["nullable"] or bool(column["primary_key"]) for column in found] == [
            not column.nullable for column in table.columns
        ]
    unique = migrated.get_unique_constraints("matches")
    assert [one["column_names"] for one in unique] == [["tournament", "ordinal"]]
    engine.dispose()


def test_a_new_store_carries_its_version_and_is_not_migrated_twice():
    for _ in range(2):
        Store.open("sqlite:///arena.db", create=True).close()
    connection = sqlite3.connect("arena.db")
    assert connection.execute("SELECT version FROM arena_schema").fetchall() == [(len(migrations.MIGRATIONS),)]
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_an_older_store_is_brought_up_to_date_and_keeps_its_rows(store, make_tournament, monkeypatch):
    store.add_tournament(make_tournament(), [])

    def add_colour(connection):
        connection.exec_driver_sql("ALTER TABLE tournaments ADD COLUMN colour TEXT DEFAULT 'red'")

    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, add_colour))
    monkeypatch.setattr("tournaments.connection.MIGRATIONS", migrations.MIGRATIONS)
    with Store.open("arena.db") as again:  # reading is enough
        assert [one.id for one, _ in again.tournaments()] == ["aaaa1111"]
    connection = sqlite3.connect("arena.db")
    assert connection.execute("SELECT colour FROM tournaments").fetchall() == [("red",)]
    assert connection.execute("SELECT version FROM arena_schema").fetchall() == [(len(migrations.MIGRATIONS),)]
    connection.close()


def make_schema(monkeypatch, version):
    """A store as that version of the schema had it."""
    with monkeypatch.context() as older:
        older.setattr(migrations, "MIGRATIONS", migrations.MIGRATIONS[:version])
        older.setattr("tournaments.connection.MIGRATIONS", migrations.MIGRATIONS)
        connect("sqlite:///arena.db", create=True)[0].dispose()


def fill(games, *further):
    """Stores a tournament of each game, with `further` values in its last columns, and one match in each."""
    people = json.dumps([{"label": name, "identity": name, "text": name} for name in "ab"])
    for game in games:
        tournament = (game, "", game, "1", 0, "round-robin", 1, 7, None, "then", 2, people)
        match = (f"{game}:000000", game, 0, '["a","b"]', "then", game, "1", '["a","b"]', "[0,1]", 5, "[1]", "[0.5]")
        rest = ("[null]", "[{}]", "[1.0,-1.0]", "[1,2]", "finished", "[]", '""')
        insert("tournaments", tournament + further)
        insert("matches", match + rest)


def insert(table, values):
    connection = sqlite3.connect("arena.db")
    with connection:
        connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values))})", values)  # noqa: S608  # names of our own
    connection.close()


def test_the_first_schema_is_upgraded_in_place_and_keeps_its_rows(monkeypatch):
    make_schema(monkeypatch, 1)
    fill(("tictactoe", "rps", "rps:max_cycles=3", "rpsls"))
    with Store.open("arena.db") as store:
        kept = store.tournaments()
        (match,) = store.matches("rps")
        assert [one.simultaneous for one in store.results("rps", "1")] == [True]
    assert {one.id: one.simultaneous for one, _ in kept} == {
        "tictactoe": False,
        "rps": True,
        "rps:max_cycles=3": True,
        "rpsls": False,
    }
    assert {(played, one.seed, one.planned, len(one.participants)) for one, played in kept} == {(1, 7, 2, 2)}
    assert (match.record.moves, match.record.ranks, match.record.notes) == ((1,), (1, 2), ({},))
    connection = sqlite3.connect("arena.db")
    assert connection.execute("SELECT version FROM arena_schema").fetchall() == [(len(migrations.MIGRATIONS),)]
    connection.close()


def test_the_second_schema_learns_what_is_a_team_game_and_keeps_its_rows(monkeypatch):
    make_schema(monkeypatch, 2)
    fill(("tictactoe", "hanabi", "hanabi:players=3", "hanabis"), 1)
    with Store.open("arena.db") as store:
        kept = store.tournaments()
        (match,) = store.results("hanabi", "1")
        assert [one.cooperative for one in store.results("tictactoe", "1")] == [False]
    assert (match.cooperative, match.returns, match.simultaneous) == (True, (1.0, -1.0), True)
    assert {one.id: one.cooperative for one, _ in kept} == {
        "tictactoe": False,
        "hanabi": True,
        "hanabi:players=3": True,
        "hanabis": False,
    }
    assert {(played, one.seed, one.planned, one.simultaneous) for one, played in kept} == {(1, 7, 2, True)}
    connection = sqlite3.connect("arena.db")
    assert connection.execute("SELECT version FROM arena_schema").fetchall() == [(len(migrations.MIGRATIONS),)]
    connection.close()


def test_a_migration_that_fails_leaves_the_store_as_it_was(store, monkeypatch):
    def half(connection):
        connection.exec_driver_sql("CREATE TABLE half (x INTEGER)")
        connection.exec_driver_sql("CREATE TABLE matches (x INTEGER)")

    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, half))
    monkeypatch.setattr("tournaments.connection.MIGRATIONS", migrations.MIGRATIONS)
    with pytest.raises(ArenaError, match="table matches already exists"):
        Store.open("arena.db")
    connection = sqlite3.connect("arena.db")
    assert connection.execute("SELECT version FROM arena_schema").fetchall() == [(len(migrations.MIGRATIONS) - 1,)]
    assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'half'").fetchone() == (0,)
    connection.close()


def test_a_store_of_a_newer_arena_is_refused(store):
    execute("arena.db", "UPDATE arena_schema SET version = 99")
    for create in (False, True):
        with pytest.raises(ArenaError) as caught:
            Store.open("arena.db", create=create)
        assert str(caught.value) == (
            "sqlite:///arena.db was written by a newer arena "
            f"(schema 99, this one knows {len(migrations.MIGRATIONS)}): "
            "pip install --upgrade game-ai-arena"
        )


def test_a_database_of_another_program_is_refused_and_not_touched(tmp_path):
    execute("other.db", "CREATE TABLE songs (title TEXT)")
    before = (tmp_path / "other.db").read_bytes()
    with pytest.raises(ArenaError) as caught:
        Store.open("other.db", create=True)
    assert str(caught.value) == (
        "sqlite:///other.db is no store of the arena: it holds other tables (songs). Name another with --store"
    )
    assert (tmp_path / "other.db").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["other.db"]
