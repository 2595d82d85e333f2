"""Stored matches found by their names, and walked through."""

import dataclasses
import json

import numpy as np
import pytest
from gymnasium.spaces import Box

import tournaments
from arena.entrants import load_entrant, load_game
from arena.errors import ArenaError, UsageError
from arena.match import Match, MatchRecord
from arena.playing import play_match
from arena.plugins import PluginInfo
from arena.registry import Registered, registry
from arena.testing.common import replayed
from tests.arena import toy_games as toys
from tests.tournaments.damage import spoil
from tournaments.facts import StoredMatch, match_id
from tournaments.recheck import differences
from tournaments.replay import Replay, as_json_object, find, game_of, take
from tournaments.store import Store


@pytest.fixture
def known(store):
    """A tournament of 4 matches, named `first one`."""
    done = tournaments.run("tictactoe", ["first", "random"], rounds=2, name="first one")
    return store.tournament(done["id"])


class TestFind:
    @pytest.mark.parametrize("ordinal", [0, 3])
    def test_a_match_is_named_as_the_store_has_it_or_shorter(self, store, known, ordinal):
        for name in (match_id(known.id, ordinal), f"{known.id}:{ordinal}", f"first one:{ordinal}"):
            assert find(store, name) == (known, ordinal)
            assert take(store, name).ordinal == ordinal

    def test_a_tournament_is_named_by_its_id_or_name(self, store, known):
        assert find(store, known.id) == find(store, "first one") == (known, None)

    def test_a_tournament_whose_name_looks_like_a_match(self, store, known):
        other = tournaments.run("tictactoe", ["first", "random"], rounds=1, name="first one:1")
        assert find(store, "first one:1") == (store.tournament(other["id"]), None)
        assert find(store, "first one:1:0") == (store.tournament(other["id"]), 0)
        assert find(store, "first one:2") == (known, 2)

    @pytest.mark.parametrize(
        ("name", "message"),
        [
            ("first on", "no tournament 'first on' in sqlite:///arena.db. Did you mean 'first one'?"),
            ("first on:1", "no tournament 'first on' in sqlite:///arena.db. Did you mean 'first one'?"),
            ("zzz:1", "no tournament 'zzz' in sqlite:///arena.db. See 'arena tournament list'."),
            ("", "no tournament '' in"),
            (":1", "no tournament '' in"),
            ("first one:4", "there is no match first one:4: tournament first one has 4 matches, {id}:0 to {id}:3"),
            ("first one:" + "9" * 5000, "tournament first one has 4 matches, {id}:0 to {id}:3"),
            ("first one:x", "cannot read 'x' in 'first one:x': tournament first one has 4 matches, {id}:0 to {id}:3"),
            ("first one:", "cannot read '' in 'first one:'"),
            ("first one:-1", "cannot read '-1' in"),
            ("first one:1.0", "cannot read '1.0' in"),
            ("first one:²", "cannot read '²' in"),
        ],
    )
    def test_what_is_not_there(self, store, known, name, message):
        with pytest.raises(UsageError) as caught:
            find(store, name)
        assert message.format(id=known.id) in str(caught.value)
        assert "\n" not in str(caught.value)

    def test_zeros_before_the_number_do_not_count(self, store, known):
        assert find(store, f"{known.id}:{'0' * 40}2") == (known, 2)

    def test_one_match_is_told_as_one(self, store, make_tournament):
        store.add_tournament(make_tournament(planned=1), [])
        with pytest.raises(UsageError, match=r"tournament aaaa1111 has 1 match, aaaa1111:0$"):
            find(store, "aaaa1111:1")

    def test_two_of_a_name_are_told_apart_by_their_ids(self, store, known):
        tournaments.run("tictactoe", ["first", "random"], rounds=1, name="first one")
        with pytest.raises(UsageError, match="2 tournaments are named 'first one': choose one by its id"):
            take(store, "first one:0")


class TestTake:
    def test_a_tournament_is_no_match_and_the_error_says_what_is(self, store, known):
        with pytest.raises(UsageError) as caught:
            take(store, "first one")
        assert str(caught.value) == (
            f"first one is a tournament: name one of its matches, {known.id}:0 to {known.id}:3. "
            f"To check all of them: arena replay {known.id} --verify"
        )

    def test_a_match_that_was_not_played_yet(self, store, plant):
        tournament = plant([("a", "b", 1, (0,))], planned=3)
        with pytest.raises(ArenaError) as caught:
            take(store, f"{tournament.id}:2")
        assert not isinstance(caught.value, UsageError)
        assert str(caught.value) == (
            f"match {tournament.id}:000002 was not played yet: 1 of 3 matches were. "
            f"To play the others: arena tournament resume {tournament.id}"
        )

    def test_the_record_is_the_one_that_was_stored(self, store, known):
        everything = store.matches(known.id)
        assert [take(store, f"{known.id}:{ordinal}") for ordinal in range(4)] == everything

    @pytest.mark.parametrize("column", ["moves", "returns", "notes", "seats"])
    def test_a_match_whose_row_is_damaged(self, store, known, column):
        spoil(store, known.id, 1, column, "[1, 2")
        with pytest.raises(ArenaError) as caught:
            take(store, f"{known.id}:1")
        assert f"match {known.id}:000001 in sqlite:///arena.db is damaged" in str(caught.value)


class TestGame:
    def record(self, **fields):
        known = {"entrants": ("a", "b"), "seats": (0, 1), "seed": 0, "moves": (), "times": (), "values": ()}
        known |= {"notes": (), "returns": (0, 0), "ranks": (1, 1), "ending": "finished"}
        return MatchRecord(**{**known, **fields})

    def test_the_game_comes_with_its_options(self):
        assert game_of(self.record(game="rps:max_cycles=4", game_version="2"), "match x").max_plies == 8

    def test_a_game_that_is_not_there(self):
        with pytest.raises(ArenaError) as caught:
            game_of(self.record(game="tictactoo", game_version="3"), "match x:000001")
        assert str(caught.value).startswith(
            "match x:000001 is of tictactoo@3, which cannot be loaded: no game 'tictactoo'. Did you mean 'tictactoe'?"
        )

    def test_an_option_that_is_not_there_any_more(self):
        with pytest.raises(ArenaError, match="which cannot be loaded: game 'rps' has no option 'cycles'"):
            game_of(self.record(game="rps:cycles=4", game_version="2"), "match x")

    def test_a_game_of_another_version(self):
        with pytest.raises(ArenaError) as caught:
            game_of(self.record(game="tictactoe", game_version="2"), "match x:000001")
        assert str(caught.value) == (
            "match x:000001 is of tictactoe@2, and what is here is tictactoe@3: its moves may mean something else "
            "there. Install the version it was played with"
        )


class TestJson:
    def test_it_is_what_play_prints_and_all_else_the_store_knows(self, store, known):
        found = take(store, f"{known.id}:1")
        told = json.loads(json.dumps(as_json_object(found)))
        assert list(told) == [
            *("id", "game", "entrants"),
            *("seed", "seats", "moves", "returns", "ranks", "winner", "ending", "offenders", "cause"),
            *("times", "values", "notes"),
        ]
        assert told["id"] == f"{known.id}:000001"
        assert (told["game"], told["entrants"], told["seats"]) == (
            "tictactoe",
            ["first", "random"],
            ["random", "first"],
        )
        assert len(told["moves"]) == len(told["times"]) == len(told["values"]) == len(told["notes"]) > 4


GAMES = ["tictactoe", "chess", "go:size=5", "leduc_holdem", "rps:max_cycles=3", "hanabi", "matrix_rps:rounds=3"]


def record_of(game, seed=1):
    """A match of random moves."""
    agents = [load_entrant("random", game)[1] for _ in range(game.n_players)]
    return play_match(game, agents, seed, entrants=[f"random#{seat + 1}" for seat in range(game.n_players)])


class TestReplay:
    @pytest.mark.parametrize("name", GAMES)
    def test_every_position_is_the_one_of_the_match(self, name):
        game = dataclasses.replace(load_game(name), max_plies=16)
        record = record_of(game)
        replay, match = Replay(record, game), Match(game, record.seed)
        assert replay.plies == len(record.moves)
        for ply, action in enumerate([*record.moves, None]):
            replay.go(ply)
            assert replay.ply == ply
            assert replay.match.position.history == match.position.history
            for seat in range(game.n_players):
                assert replay.match.position.text(seat) == match.position.text(seat)
            if action is not None:
                assert replay.match.position.to_move == match.position.to_move
                match.play(action)

    @pytest.mark.parametrize("name", GAMES)
    def test_however_one_comes_to_a_position_it_is_the_same(self, name):
        game = dataclasses.replace(load_game(name), max_plies=16)
        record = record_of(game)
        straight = [Replay(record, game) for _ in range(len(record.moves) + 1)]
        for ply, replay in enumerate(straight):
            replay.go(ply)
        wandering = Replay(record, game)
        last = len(record.moves)
        for ply in (last, 0, last // 2, 1, last, last - 1, 2):
            wandering.go(ply)
            near = min(max(ply, 0), last)
            assert wandering.moment() == straight[near].moment()

    def test_steps_ahead_play_one_move_each_and_steps_back_none(self, tictactoe, monkeypatch):
        record = record_of(tictactoe)
        replay = Replay(record, tictactoe)
        played = []
        real = Match.play
        monkeypatch.setattr(Match, "play", lambda match, action: (played.append(action), real(match, action))[1])
        for ply in [*range(replay.plies + 1), *reversed(range(replay.plies)), replay.plies]:
            replay.go(ply)
            assert replay.moment().ply == ply
            assert len(played) == max(ply, len(played))
        assert tuple(played) == record.moves

    def test_a_jump_to_the_end_tells_all_on_the_way(self, tictactoe, monkeypatch):
        replay = Replay(record_of(tictactoe), tictactoe)
        replay.go(replay.plies)
        replay.moment()
        monkeypatch.setattr(Match, "play", None)
        for ply in range(replay.plies):
            replay.go(ply)
            assert replay.moment().ply == ply

    def test_the_match_itself_can_be_had_at_any_ply(self, tictactoe):
        record = record_of(tictactoe)
        replay = Replay(record, tictactoe)
        for ply in (3, 1, replay.plies, 0, 2):
            replay.go(ply)
            assert tuple(action for _, action in replay.match.position.history) == record.moves[:ply]

    @pytest.mark.parametrize(("asked", "got"), [(-5, 0), (10**9, "last")])
    def test_beyond_the_ends_it_stays_at_them(self, tictactoe, asked, got):
        replay = Replay(record_of(tictactoe), tictactoe)
        replay.go(asked)
        assert replay.ply == (replay.plies if got == "last" else got)

    def test_a_moment_has_the_move_with_what_is_stored_of_it(self, store, known, tictactoe):
        record = take(store, f"{known.id}:0").record
        record = dataclasses.replace(record, values=(0.5,) * len(record.moves), notes=({"a": 1},) * len(record.moves))
        replay = Replay(record, tictactoe)
        assert replay.moment().last is None
        replay.go(1)
        last = replay.moment().last
        assert (last.ply, last.seat, last.entrant, last.action, last.name) == (0, 0, "first", 0, "a1")
        assert (last.seconds, last.value, last.note) == (record.times[0], 0.5, {"a": 1})

    def test_names_are_those_of_the_position_before_also_on_the_way_back(self):
        chess = load_game("chess")
        match = Match(chess, 0)
        for name in ("e4", "d5", "exd5", "Qxd5"):
            match.play(match.turn.parse(name))
        match.forfeit("resigned", (0,), "resigned")
        replay = Replay(match.record, chess)
        assert [name_at(replay, ply) for ply in (4, 3, 1, 2, 4)] == ["Qxd5", "exd5", "e4", "d5", "Qxd5"]

    def test_nobody_is_on_move_at_the_end_of_a_forfeited_match(self, tictactoe):
        match = Match(tictactoe, 0)
        match.play(4)
        match.play(4)
        replay = Replay(match.record, tictactoe)
        assert replay.moment().to_move == 0
        replay.go(1)
        assert replay.moment().to_move is None

    def test_a_match_without_moves(self, tictactoe):
        match = Match(tictactoe, 0)
        match.play(99)
        replay = Replay(match.record, tictactoe)
        replay.go(5)
        assert (replay.ply, replay.plies, replay.moment().to_move) == (0, 0, None)

    @pytest.mark.parametrize("seat", [0, 1])
    def test_any_seats_view_of_a_hidden_game(self, seat):
        leduc = load_game("leduc_holdem")
        replay = Replay(record_of(leduc), leduc)
        replay.go(1)
        assert f"You are seat {seat}." in replay.moment(seat).text
        assert replay.moment(seat).view == seat

    def test_actions_that_are_no_numbers(self, store, make_tournament, monkeypatch):
        game = toys.Game("steer", make=Steer)
        monkeypatch.setitem(registry().games, "steer", Registered(game, PluginInfo("tests", "1", "module")))
        match = Match(game, 0, ("a", "b"))
        while not match.over:
            match.play([0.5, -0.25 * match.position.ply])
        tournament = make_tournament(planned=1, game="steer")
        store.add_tournament(tournament, [])
        store.add_matches([StoredMatch(tournament.id, 0, ("x", "y"), match.record, "now")])
        found = take(store, f"{tournament.id}:0")
        replay = Replay(found.record, game_of(found.record, "it"))
        replay.go(3)
        assert replay.moment().last.name == "(0.5, -0.5)"
        assert replay.match.position.env.unwrapped.heard == [[0.5, 0.0], [0.5, -0.25], [0.5, -0.5]]
        assert differences(found.record, game) == ()

    @pytest.mark.parametrize(
        ("moves", "message"),
        [
            ((4, 4, 0), "stored move 4 at ply 1 cannot be played: it is illegal. --verify tells all"),
            ((4, 99, 0), "stored move 99 at ply 1 cannot be played: it is illegal"),
            ((4, "b2", 0), "stored move b2 at ply 1 cannot be played: it is illegal"),
            ((4, None, 0), "stored move None at ply 1 cannot be played: it is illegal"),
            ((0, 3, 1, 4, 2, 5), "stored move 5 at ply 5 cannot be played: the game is over"),
        ],
    )
    def test_a_damaged_move_is_named(self, tictactoe, moves, message):
        record = dataclasses.replace(record_of(tictactoe), moves=moves)
        replay = Replay(record, tictactoe)
        replay.go(len(moves))
        with pytest.raises(ArenaError) as caught:
            replay.moment()
        assert message in str(caught.value)
        assert replay.ply == len(moves)
        replay.go(1)
        assert replay.moment().last.action == moves[0]

    def test_a_seating_that_cannot_be(self, tictactoe):
        record = dataclasses.replace(record_of(tictactoe), seats=(0, 0))
        with pytest.raises(ArenaError, match="the stored match cannot be set up: tictactoe seats 2"):
            Replay(record, tictactoe)

    def test_thoughts_that_are_missing_are_not_shown(self, tictactoe):
        record = dataclasses.replace(record_of(tictactoe), values=(), notes=())
        replay = Replay(record, tictactoe)
        replay.go(3)
        assert replay.moment().last.value is None


class Steer(toys.Toy):
    """Takes two numbers from -1 to 1 a move, four moves long."""

    def action_space(self, agent):
        return Box(-1, 1, (2,), np.float64)

    def reset(self, seed=None, options=None):
        super().reset()
        self.heard = []

    def rules(self, mover, action):
        self.heard.append(action.tolist())
        if self.count >= 4:
            self.terminations = dict.fromkeys(self.agents, True)


def name_at(replay, ply):
    replay.go(ply)
    return replay.moment().last.name


def test_a_match_that_is_replayed_here_is_the_one_the_contract_suite_replays(tictactoe):
    record = record_of(tictactoe)
    replay = Replay(record, tictactoe)
    replay.go(replay.plies)
    assert replayed(replay.match).position.history == replay.match.position.history


def test_the_store_is_left_as_it_was(store, known):
    before = store.matches(known.id)
    Replay(take(store, f"{known.id}:0").record, load_game("tictactoe")).go(3)
    with Store.open("sqlite:///arena.db") as again:
        assert again.matches(known.id) == before
