import dataclasses
from pathlib import Path

import pytest

import tournaments
from arena import registry
from arena.entrants import load_entrant, load_game
from arena.errors import ArenaError, UsageError
from arena.match import verify
from tournaments import runner
from tournaments.schedule import round_robin
from tournaments.standings import board
from tournaments.store import Store

THREE = ["random", "first", "greedy"]


def run(**options):
    return tournaments.run("tictactoe", THREE, **{"rounds": 2, **options})


def rows(store, id):
    """The stored matches without what no two runs share: the tournament's id and the times."""
    with Store.open(store) as opened:
        found = opened.matches(id)
    return [
        (match.ordinal, match.identities, dataclasses.replace(match.record, times=(0.0,) * len(match.record.times)))
        for match in found
    ]


def stop_after(number):
    seen = []

    def on_match(record):
        seen.append(record)
        if len(seen) == number:
            raise KeyboardInterrupt

    return on_match


def only_id(store):
    with Store.open(store) as opened:
        ((tournament, _),) = opened.tournaments()
    return tournament.id


def test_a_tournament_returns_its_table_and_keeps_its_matches():
    result = run(name="first try")
    assert set(result) == {"id", "game", "table"}
    assert result["game"] == "tictactoe"
    assert sorted(row["entrant"] for row in result["table"]) == sorted(THREE)
    assert sum(row["games"] for row in result["table"]) == 2 * 12
    with Store.open() as store:
        assert store.tournament("first try").id == result["id"]
        assert len(store.played(result["id"])) == 12
        assert set(store.entrants()) == {row["identity"] for row in result["table"]}


def test_the_stored_matches_are_those_of_the_schedule_and_can_be_replayed():
    id = run(seed=7)["id"]
    game = load_game("tictactoe")
    with Store.open() as store:
        stored = store.matches(id)
    for pairing, match in zip(round_robin(game, 3, rounds=2, seed=7), stored, strict=True):
        assert match.ordinal == pairing.ordinal
        assert match.record.seed == pairing.seed
        assert match.record.entrants == tuple(THREE[entrant] for entrant in pairing.entrants)
        assert match.record.seats == pairing.seats
        assert verify(match.record, game) == []


def test_the_same_seed_plays_the_same_matches_and_another_seed_others():
    one, same, other = (run(store=name, seed=seed)["id"] for name, seed in (("a.db", 1), ("b.db", 1), ("c.db", 2)))
    assert rows("a.db", one) == rows("b.db", same)
    assert rows("a.db", one) != rows("c.db", other)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    store = str(tmp_path_factory.mktemp("undisturbed") / "arena.db")
    result = run(store=store)
    return result["table"], rows(store, result["id"])


@pytest.mark.parametrize("stops", [[1], [5], [11], [12], [1, 1, 1], [3, 4]])
def test_an_interrupted_tournament_ends_as_an_undisturbed_one(undisturbed, stops):
    with pytest.raises(KeyboardInterrupt):
        run(on_match=stop_after(stops[0]))
    id = only_id(None)
    for number in stops[1:]:
        with pytest.raises(KeyboardInterrupt):
            tournaments.resume(id, on_match=stop_after(number))
    with Store.open() as store:
        assert len(store.played(id)) == sum(stops)
    left = []
    result = tournaments.resume(id, on_match=left.append)
    assert len(left) == 12 - sum(stops)
    assert (result["table"], rows(None, id)) == undisturbed


def test_matches_lost_out_of_the_middle_are_played_again(undisturbed, store):
    id = run()["id"]
    with store._engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM matches WHERE ordinal IN (0, 4, 9)")
    played = []
    assert tournaments.resume(id, on_match=played.append)["table"] == undisturbed[0]
    assert len(played) == 3
    assert rows(None, id) == undisturbed[1]


def test_a_finished_tournament_plays_nothing_more():
    result, played = run(), []
    assert tournaments.resume(result["id"], on_match=played.append) == result
    assert played == []


def test_plugins_hear_of_each_match(monkeypatch):
    heard = []
    monkeypatch.setattr(registry, "notify", lambda hook, **arguments: heard.append((hook, arguments["result"])))
    seen = []
    run(on_match=seen.append)
    assert heard == [("match_finished", record) for record in seen]
    assert len(heard) == 12


def test_a_dry_run_checks_everything_and_writes_nothing():
    planned = run(dry_run=True)
    assert planned == {"id": None, "game": "tictactoe", "table": [], "entrants": THREE, "planned": 12}
    assert not list(Path().iterdir())
    with pytest.raises(UsageError, match="no agent 'nobody'"):
        tournaments.run("tictactoe", ["random", "nobody"], dry_run=True)


@pytest.mark.parametrize(
    ("game", "entrants", "options", "text"),
    [
        ("tictactoe", ["random"], {}, "a tournament of tictactoe needs at least 2 entrants, 1 given"),
        ("tictactoe", [], {}, "a tournament of tictactoe needs at least 2 entrants, 0 given"),
        ("tictactoo", THREE, {}, "no game 'tictactoo'. Did you mean 'tictactoe'?"),
        ("rps", THREE, {}, "agent 'greedy' cannot play 'rps': it needs perfect information"),
        ("tictactoe", ["random", "mcts:simulations=0"], {}, "setting 'simulations' must be from 1 to"),
        ("tictactoe", THREE, {"rounds": 0}, "rounds must be at least 1, not 0"),
        ("tictactoe", THREE, {"rounds": 10**9}, "this plans 6,000,000,000 matches, more than 1,000,000"),
        ("tictactoe", THREE, {"seed": -1}, "seed must be from 0 to 9223372036854775807, not -1"),
        ("tictactoe", THREE, {"move_time": 0.0}, "move-time must be from 0.001 to 86400 seconds, not 0"),
        ("tictactoe", THREE, {"move_time": -1.5}, "move-time must be from 0.001 to 86400 seconds, not -1.5"),
        ("tictactoe", THREE, {"move_time": float("nan")}, "move-time must be from 0.001 to 86400 seconds, not nan"),
        ("tictactoe", THREE, {"move_time": float("inf")}, "move-time must be from 0.001 to 86400 seconds, not inf"),
        ("tictactoe", THREE, {"format": "swiss"}, "the format 'swiss' does not exist yet; there is: round-robin"),
        ("tictactoe", THREE, {"format": "roundrobin"}, "no format 'roundrobin'. Did you mean 'round-robin'?"),
    ],
)
def test_wrong_use_is_said_before_anything_is_written(game, entrants, options, text):
    with pytest.raises(UsageError) as caught:
        tournaments.run(game, entrants, **options)
    assert text in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not list(Path().iterdir())


def test_games_with_options_and_simultaneous_moves_are_played():
    result = tournaments.run("rps:max_cycles=3", ["random", "first"], rounds=4)
    assert result["game"] == "rps:max_cycles=3"
    assert [row["games"] for row in result["table"]] == [8, 8]


def test_what_is_simultaneous_is_kept_and_nobody_moves_first():
    tournaments.run("rps", ["random", "first"], rounds=10)
    tournaments.run("tictactoe", ["random", "first"], rounds=10)
    with Store.open() as store:
        assert [one.simultaneous for one, _ in store.tournaments()] == [True, False]
        assert board(store, "rps").first_mover is None
        assert board(store, "tictactoe").first_mover is not None


def test_what_is_finished_needs_no_game_and_no_entrants(auction, monkeypatch):
    auction()
    result = tournaments.run("auction", ["always", "always:number=1"], rounds=1)
    monkeypatch.delitem(registry.registry().games, "auction")
    assert tournaments.resume(result["id"]) == result


def test_resuming_by_name_takes_the_only_unfinished_one():
    run(name="cup", rounds=1)
    with pytest.raises(KeyboardInterrupt):
        run(name="cup", on_match=stop_after(2))
    with Store.open() as store:
        (_, _), (unfinished, _) = store.tournaments()
    left = []
    assert tournaments.resume("cup", on_match=left.append)["id"] == unfinished.id
    assert len(left) == 10


def test_one_text_invited_twice_is_two_entrants():
    result = tournaments.run("tictactoe", ["random", "random"], rounds=3)
    assert sorted(row["entrant"] for row in result["table"]) == ["random#1", "random#2"]
    assert [row["games"] for row in result["table"]] == [6, 6]
    assert tournaments.resume(result["id"]) == result


def test_three_seats_give_ranks_and_one_rating_each(auction):
    auction(players=3)
    entrants = ["always:number=0", "always:number=1", "always:number=2", "always:number=2"]
    table = tournaments.run("auction", entrants, rounds=2)["table"]
    assert [row["games"] for row in table] == [18, 18, 18, 18]
    best, worst = table[:2], table[-1]
    assert {row["entrant"] for row in best} == {"always:number=2#1", "always:number=2#2"}
    assert (worst["entrant"], worst["score"], worst["mark"]) == ("always:number=0", 0, "winless")


def test_more_entrants_are_needed_where_more_sit_down(auction):
    auction(players=3)
    with pytest.raises(UsageError, match="a tournament of auction needs at least 3 entrants, 2 given"):
        tournaments.run("auction", ["always", "always:number=1"])


def test_a_game_that_breaks_down_is_named_and_leaves_no_match(auction):
    moves, broken = [], [True]

    def fails():
        moves.append(1)
        return broken[0] and len(moves) == 6

    auction(fails=fails)
    with pytest.raises(ArenaError) as caught:
        tournaments.run("auction", ["always", "always:number=1"], rounds=3)
    id = only_id(None)
    assert str(caught.value) == (
        f"match {id}:000002 (always - always:number=1) was not recorded: auction failed (RuntimeError: the table is on "
        f"fire). When that is mended: arena tournament resume {id}"
    )
    assert type(caught.value) is ArenaError
    with Store.open() as store:
        assert store.played(id) == {0, 1}
    broken[0] = False
    assert [row["games"] for row in tournaments.resume(id)["table"]] == [6, 6]


def test_an_agent_that_fails_loses_and_the_tournament_goes_on(monkeypatch):
    lineup = runner.load_lineup

    def sabotaged(game, texts, move_time):
        loaded = lineup(game, texts, move_time)
        monkeypatch.setattr(loaded.agents[0], "act", None)
        return loaded

    monkeypatch.setattr(runner, "load_lineup", sabotaged)
    table = run()["table"]
    (failed,) = [row for row in table if row["entrant"] == "random"]
    assert (failed["losses"], failed["forfeits"], failed["distinct_games"]) == (8, 8, 5)


def test_agents_are_closed_whatever_happens(monkeypatch):
    closed = []
    monkeypatch.setattr("tournaments.lineup.Lineup.close", lambda lineup: closed.append(len(lineup.agents)))
    with pytest.raises(KeyboardInterrupt):
        run(on_match=stop_after(2))
    run(store="other.db")
    assert closed == [3, 3]


def test_an_unknown_tournament_is_wrong_use():
    id = run(rounds=1)["id"]
    with pytest.raises(UsageError, match=f"Did you mean '{id}'"):
        tournaments.resume(id[:-1])


def test_resuming_needs_a_store():
    with pytest.raises(ArenaError, match=r"there is no store sqlite:///arena\.db"):
        tournaments.resume("1a2b3c4d")


def test_a_retrained_entrant_cannot_go_on(monkeypatch):
    with pytest.raises(KeyboardInterrupt):
        run(on_match=stop_after(3))
    id = only_id(None)

    def retrained(text, game, move_time):
        entrant, agent = load_entrant(text, game, move_time=move_time)
        return (dataclasses.replace(entrant, checkpoint="new") if text == "first" else entrant), agent

    monkeypatch.setattr("tournaments.lineup.load_entrant", retrained)
    with pytest.raises(ArenaError) as caught:
        tournaments.resume(id)
    assert str(caught.value) == f"first was retrained since tournament {id} began: start a new tournament with it"


def test_a_game_of_another_version_cannot_go_on(auction, monkeypatch):
    game = auction()
    with pytest.raises(KeyboardInterrupt):
        tournaments.run("auction", ["always", "always:number=1"], on_match=stop_after(1))
    offer = dataclasses.replace(registry.registry().games["auction"], offer=dataclasses.replace(game, version="2"))
    monkeypatch.setitem(registry.registry().games, "auction", offer)
    with pytest.raises(ArenaError, match=r"auction is version 2 now, tournament \w+ began with version 1"):
        tournaments.resume(only_id(None))
