import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql

from arena.errors import ArenaError, UsageError
from arena.match import ENDINGS, MatchRecord
from tests.tournaments.damage import spoil
from tournaments import schema
from tournaments.facts import Participant, StoredEntrant, StoredMatch, Tournament
from tournaments.store import Store

NUMBERS = st.floats(allow_nan=False)
TEXTS = st.text(max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)


@st.composite
def records(draw):
    players, plies = draw(st.integers(1, 4)), draw(st.integers(0, 5))

    def some(of, length):
        return tuple(draw(st.lists(of, min_size=length, max_size=length)))

    return MatchRecord(
        game="toy",
        game_version="1",
        entrants=some(TEXTS, players),
        seats=tuple(draw(st.permutations(range(players)))),
        seed=draw(st.integers(0, 2**63 - 1)),
        moves=some(st.integers(0, 10**30), plies),
        times=some(st.floats(0, 1e9), plies),
        values=some(st.none() | NUMBERS, plies),
        notes=some(st.dictionaries(TEXTS, JSON, max_size=3), plies),
        returns=some(NUMBERS, players),
        ranks=some(st.integers(1, players), players),
        ending=draw(st.sampled_from(ENDINGS)),
        offenders=tuple(draw(st.sets(st.integers(0, players - 1)))),
        cause=draw(TEXTS),
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(records(), min_size=1, max_size=4))
def test_what_is_read_back_equals_what_was_written(played):
    tournament = Tournament("t", "", "toy", "1", False, "round-robin", 1, 0, None, "now", 1, ())
    written = [
        StoredMatch("t", ordinal, tuple(f"id {name}" for name in record.seated), record, "then")
        for ordinal, record in enumerate(played)
    ]
    with Store.open("sqlite://", create=True) as store:
        store.add_tournament(tournament, [])
        store.add_matches(written)
        assert store.matches("t") == written


def test_nan_and_characters_that_are_no_text_survive(store, make_tournament, make_record):
    store.add_tournament(make_tournament(), [])
    notes = ({"broken": "\ud800 \x00"},)
    record = make_record(("a", "b"), (1, 2), (4,), values=(math.nan,), cause="\udfff\x00", notes=notes)
    store.add_matches([StoredMatch("aaaa1111", 0, ("x", "y"), record, "then")])
    (back,) = store.matches("aaaa1111")
    assert math.isnan(back.record.values[0])
    assert back.record.cause == "\udfff\x00"
    assert back.record.notes == notes


def test_remarks_that_are_not_json_are_kept_as_well_as_can_be(store, make_tournament, make_record):
    store.add_tournament(make_tournament(), [])
    note = {"visits": np.arange(3), "best": np.int64(2), "at": {1}, (0, 1): "lost", "sure": np.float32(0.5)}
    record = make_record(("a", "b"), (1, 2), (4,), notes=(note,))
    store.add_matches([StoredMatch("aaaa1111", 0, ("x", "y"), record, "then")])
    assert store.matches("aaaa1111")[0].record.notes == ({"visits": [0, 1, 2], "best": 2, "at": "{1}", "sure": 0.5},)


def test_tournaments_and_entrants_are_read_back_as_written(store):
    entrant = StoredEntrant("1a2b", "mcts#1", "mcts", "mcts", "0.1", {"c": 1.4, "n": None}, "", True, 0.25)
    places = (Participant("mcts#1", "1a2b", "mcts"), Participant("ä b", "3c4d", "/runs/ä b"))
    tournament = Tournament("t", "final", "toy:a=1", "7", True, "round-robin", 3, 2**63 - 1, 0.25, "now", 6, places)
    for _ in range(2):  # the second time changes nothing
        store.add_tournament(tournament, [entrant, dataclasses.replace(entrant, identity="3c4d", move_time=None)])
        entrant = dataclasses.replace(entrant, label="another")
    assert store.tournaments() == [(tournament, 0)]
    assert store.entrants()["1a2b"] == dataclasses.replace(entrant, label="mcts#1")
    assert store.entrants()["3c4d"].move_time is None


def test_a_match_written_twice_is_there_once_and_the_first_counts(store, make_tournament, make_record):
    store.add_tournament(make_tournament(), [])
    first = StoredMatch("aaaa1111", 0, ("x", "y"), make_record(("a", "b"), (1, 2), (4,)), "then")
    second = dataclasses.replace(first, record=make_record(("a", "b"), (2, 1), (5,)))
    store.add_matches([first])
    store.add_matches([second, first, dataclasses.replace(second, ordinal=1)])
    assert [match.record.moves for match in store.matches("aaaa1111")] == [(4,), (5,)]
    assert store.played("aaaa1111") == {0, 1}
    assert store.tournaments()[0][1] == 2


def test_a_match_of_an_unknown_tournament_is_refused(store, make_record):
    orphan = StoredMatch("nowhere", 0, ("x", "y"), make_record(("a", "b"), (1, 2), (4,)), "then")
    with pytest.raises(ArenaError, match="FOREIGN KEY"):
        store.add_matches([orphan])


def test_tournaments_are_listed_oldest_first(store, make_tournament):
    for id, created in (("b", "2026-01-02"), ("c", "2026-01-01"), ("a", "2026-01-03")):
        store.add_tournament(make_tournament(id, created=created), [])
    assert [one.id for one, _ in store.tournaments()] == ["c", "b", "a"]


def test_a_tournament_is_found_by_id_or_by_a_name_that_is_its_own(store, make_tournament):
    for id, name in (("1a2b3c4d", "final"), ("5e6f7a8b", "cup"), ("9c0d1e2f", "cup")):
        store.add_tournament(make_tournament(id, name=name), [])
    assert store.tournament("5e6f7a8b").id == "5e6f7a8b"
    assert store.tournament("final").id == "1a2b3c4d"
    with pytest.raises(
        UsageError,
        match=r"^2 tournaments are named 'cup': choose one by its id \(5e6f7a8b unfinished, 9c0d1e2f unfinished\)$",
    ):
        store.tournament("cup")


def test_of_several_of_one_name_the_only_unfinished_one_is_resumed(store, make_tournament, plant):
    store.add_tournament(make_tournament("5e6f7a8b", name="cup"), [])
    assert store.tournament("cup", to_resume=True).id == "5e6f7a8b"
    plant([("a", "b", 1, (1,))], "9c0d1e2f", name="cup")
    assert store.tournament("cup", to_resume=True).id == "5e6f7a8b"
    assert store.tournament("9c0d1e2f", to_resume=True).id == "9c0d1e2f"
    with pytest.raises(UsageError, match=r"\(5e6f7a8b unfinished, 9c0d1e2f finished\)$"):
        store.tournament("cup")
    store.add_tournament(make_tournament("00000000", name="cup"), [])
    with pytest.raises(UsageError, match=r"^3 tournaments are named 'cup'"):
        store.tournament("cup", to_resume=True)


def test_a_finished_one_that_has_its_name_to_itself_is_found_to_resume(store, plant):
    plant([("a", "b", 1, (1,))], name="cup")
    assert store.tournament("cup", to_resume=True).id == "aaaa1111"


@pytest.mark.parametrize(("typed", "meant"), [("1a2b3c4", "1a2b3c4d"), ("finals", "final")])
def test_an_unknown_tournament_is_answered_with_the_nearest(store, make_tournament, typed, meant):
    store.add_tournament(make_tournament("1a2b3c4d", name="final"), [])
    with pytest.raises(UsageError) as caught:
        store.tournament(typed)
    assert str(caught.value) == (
        f"no tournament {typed!r} in sqlite:///arena.db. Did you mean {meant!r}? See 'arena tournament list'."
    )


def test_an_empty_text_names_no_tournament_without_a_name(store, make_tournament):
    store.add_tournament(make_tournament(), [])
    with pytest.raises(UsageError, match="no tournament ''"):
        store.tournament("")


def test_results_come_in_schedule_order_and_of_one_game(store, plant):
    plant([("a", "b", 1, (1,)), ("b", "a", 0, (2,))], "later", created="2026-01-02")
    plant([("a", "c", 0.5, (3,))], "older", created="2026-01-01")
    plant([("a", "c", 0, (3,))], "other", game_version="2")
    found = store.results("toy", "1")
    assert [match.identities for match in found] == [
        ("a-identity", "c-identity"),
        ("a-identity", "b-identity"),
        ("b-identity", "a-identity"),
    ]
    assert [match.ranks for match in found] == [(1, 1), (1, 2), (2, 1)]
    assert len(store.results("toy", "1", "later")) == 2


def test_one_match_is_read_as_it_is_read_with_all_others(store, plant):
    tournament = plant([("a", "b", 1, (0,)), ("b", "a", 0.5, (1, 2))], planned=3)
    assert [store.match(tournament.id, ordinal) for ordinal in range(3)] == [*store.matches(tournament.id), None]
    assert store.match("another", 0) is None


@pytest.mark.parametrize(("column", "text"), [("moves", "[1"), ("notes", ""), ("identities", "null"), ("seats", "x")])
def test_one_match_that_cannot_be_read_is_an_error_that_names_it(store, plant, column, text):
    tournament = plant([("a", "b", 1, (0,)), ("b", "a", 0.5, (1, 2))])
    spoil(store, tournament.id, 1, column, text)
    assert store.match(tournament.id, 0) is not None
    with pytest.raises(ArenaError, match=r"match aaaa1111:000001 in sqlite:///arena\.db is damaged: "):
        store.match(tournament.id, 1)


def test_games_are_told_apart_by_version_the_last_played_first(store, plant):
    plant([("a", "b", 1, (1,))], "one", game_version="1")
    plant([("a", "b", 1, (1,))] * 2, "two", game_version="2")
    assert store.games() == [("toy", "2", 2), ("toy", "1", 1)]


@pytest.mark.parametrize(("stochastic", "stories"), [(False, 1), (True, 2)])
def test_where_chance_takes_part_each_seed_is_a_game_of_its_own(store, plant, stochastic, stories):
    plant([("a", "b", 1, (1, 2)), ("a", "b", 1, (1, 2))], stochastic=stochastic)
    assert len({match.story for match in store.results("toy", "1")}) == stories


def test_the_insert_is_one_that_postgresql_understands(store, monkeypatch):
    monkeypatch.setattr(store._engine.dialect, "name", "postgresql")
    text = str(store._insert(schema.matches).compile(dialect=postgresql.dialect()))
    assert text.startswith("INSERT INTO matches")
    assert text.endswith("ON CONFLICT DO NOTHING")


def test_results_know_whether_all_moved_at_once(store, plant):
    plant([("a", "b", 1, (1,))], "one", simultaneous=True)
    plant([("a", "b", 1, (1,))], "two")
    assert [match.simultaneous for match in store.results("toy", "1")] == [True, False]
    assert [one.simultaneous for one, _ in store.tournaments()] == [True, False]


def test_results_know_returns_and_whether_all_seats_are_one_team(store, plant):
    plant([("a", "b", 0.5, (1,))], "one", cooperative=True, returns=[(7.5, 7.5)])
    plant([("a", "b", 1, (1,))], "two")
    assert [(match.returns, match.cooperative) for match in store.results("toy", "1")] == [
        ((7.5, 7.5), True),
        ((1.0, -1.0), False),
    ]
    assert [one.cooperative for one, _ in store.tournaments()] == [True, False]


def test_the_options_that_find_a_store_again(store, monkeypatch):
    assert store.options == ()
    with Store.open("my results.db", create=True) as other:
        assert other.options == ("--store", "my results.db")
        monkeypatch.setenv("ARENA_STORE", "my results.db")
        assert other.options == ()
