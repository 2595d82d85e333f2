"""Stored matches held against the rules."""

import dataclasses

import pytest

import tournaments
from arena.agent import Decision
from arena.entrants import load_entrant, load_game
from arena.errors import ArenaError
from arena.match import Match
from arena.playing import play_match
from tests.tournaments.damage import change, spoil
from tournaments.facts import match_id
from tournaments.recheck import Verdict, differences, verdicts

GAMES = [
    "tictactoe",
    "connect_four",
    "rps:max_cycles=3",
    "leduc_holdem",
    "texas_holdem",
    "hanabi",
    "stag_hunt:rounds=4",
]


def record_of(game, seed=1):
    agents = [load_entrant("random", game)[1] for _ in range(game.n_players)]
    return play_match(game, agents, seed, entrants=[f"random#{seat + 1}" for seat in range(game.n_players)])


@pytest.fixture
def record(tictactoe):
    """A win of seat 0 by the left column."""
    match = Match(tictactoe, 0, ("a", "b"))
    for action in (0, 3, 1, 4, 2):
        match.play(action)
    return match.record


class TestDifferences:
    @pytest.mark.parametrize("name", GAMES)
    def test_a_match_as_it_was_played_has_none(self, name):
        game = load_game(name)
        for seed in range(5):
            assert differences(record_of(game, seed), game) == ()

    @pytest.mark.parametrize("answer", [99, None, Decision(None)])
    def test_a_forfeit_has_none(self, tictactoe, answer):
        match = Match(tictactoe, 0)
        match.play(4)
        match.play(answer)
        assert differences(match.record, tictactoe) == ()

    def test_a_match_that_was_called_off_has_none(self, tictactoe):
        match = Match(tictactoe, 0)
        match.play(4)
        match.call_off("no service")
        assert differences(match.record, tictactoe) == ()

    @pytest.mark.parametrize(
        ("changed", "found"),
        [
            ({"moves": (0, 3, 1, 4, 5)}, "the game is not over after 5 moves"),
            ({"moves": (0, 3, 1, 4, 4)}, "move 4 at ply 4 is illegal"),
            ({"moves": (0, 3, 1, 4, "x")}, "move x at ply 4 is illegal"),
            ({"moves": (0, 3, 1, 4, None)}, "move None at ply 4 is illegal"),
            ({"moves": (0, 3, 1, 4, 2, 5)}, "the game is over at ply 5, but the record goes on"),
            ({"moves": (0, 3, 1, 4)}, "the game is not over after 4 moves"),
            ({"returns": (1.0, -1.5)}, "returns: recorded (1.0, -1.5), replayed (1.0, -1.0)"),
            ({"ranks": (2, 1)}, "ranks: recorded (2, 1), replayed (1, 2)"),
            ({"ending": "ply cap"}, "ending: recorded ply cap, replayed finished"),
            ({"offenders": (1,), "ending": "timeout"}, "the game ended by its rules, but the record says 'timeout'"),
            ({"game_version": "2"}, "the record is of tictactoe@2, not of tictactoe@3"),
            ({"times": (0.1,)}, "times: 1 for 5 moves"),
            ({"notes": ()}, "notes: 0 for 5 moves"),
            ({"values": (None,) * 6}, "values: 6 for 5 moves"),
            ({"seats": (0, 0)}, "it cannot be replayed (ValueError: tictactoe seats 2"),
            ({"moves": None}, "it cannot be replayed (TypeError"),
            ({"seed": "x"}, "it cannot be replayed (TypeError"),
        ],
    )
    def test_what_was_changed_is_named(self, tictactoe, record, changed, found):
        told = differences(dataclasses.replace(record, **changed), tictactoe)
        assert any(line.startswith(found) for line in told), told

    def test_a_changed_seed_of_a_game_of_chance_is_found(self):
        game = load_game("leduc_holdem")
        records = [record_of(game, seed) for seed in range(20)]
        wrong = [differences(dataclasses.replace(one, seed=one.seed + 100), game) for one in records]
        assert 3 < sum(map(bool, wrong)) < 20  # another deal may give the same result, as no rule forbids

    def test_an_env_that_breaks_down_is_a_difference(self, auction):
        broken = []
        game = auction(fails=lambda: bool(broken))
        match = Match(game, 0)
        match.play(1)
        match.play(2)
        assert differences(match.record, game) == ()
        broken.append(True)
        assert differences(match.record, game) == ("it cannot be replayed (RuntimeError: the table is on fire)",)

    def test_an_interrupt_is_not_a_difference(self, record, tictactoe, monkeypatch):
        def interrupted(*_):
            raise KeyboardInterrupt

        monkeypatch.setattr(Match, "play", interrupted)
        with pytest.raises(KeyboardInterrupt):
            differences(record, tictactoe)


class TestVerdicts:
    @pytest.fixture
    def known(self, store):
        done = tournaments.run("connect_four", ["first", "random", "greedy"], rounds=2)
        return store.tournament(done["id"])

    def test_every_match_gets_one_in_the_order_of_the_schedule(self, store, known):
        made = list(verdicts(store, known))
        assert [one.id for one in made] == [match_id(known.id, ordinal) for ordinal in range(12)]
        assert not any(one.differences for one in made)

    def test_those_that_were_not_played_get_none(self, store, plant):
        tournament = plant([("a", "b", 1, (0, 3, 1, 4, 2))], planned=7, game="tictactoe", game_version="3")
        (only,) = verdicts(store, tournament)
        assert only == Verdict(f"{tournament.id}:000000", ())

    def test_a_corrupted_move_is_found_and_only_there(self, store, known):
        change(store, known.id, 5, "moves", lambda moves: [moves[0], *([moves[0]] * (len(moves) - 1))])
        wrong = [one.id for one in verdicts(store, known) if one.differences]
        assert wrong == [match_id(known.id, 5)]

    def test_a_row_that_is_no_json_is_found(self, store, known):
        spoil(store, known.id, 2, "moves", "[1,2")
        (wrong,) = [one for one in verdicts(store, known) if one.differences]
        assert "000002 in sqlite:///arena.db is damaged" in wrong.differences[0]

    def test_one_move_taken_away_is_found(self, store, known):
        for column in ("moves", "times", "values", "notes"):
            change(store, known.id, 0, column, lambda values: values[:-1])
        (wrong,) = [one for one in verdicts(store, known) if one.differences]
        assert wrong.differences[0].startswith("the game is not over after ")

    def test_a_game_of_another_version_is_one_error_and_no_verdict(self, store, make_tournament):
        tournament = make_tournament(game="tictactoe", game_version="2")
        store.add_tournament(tournament, [])
        with pytest.raises(ArenaError, match="tournament aaaa1111 is of tictactoe@2, and what is here is tictactoe@3"):
            next(verdicts(store, tournament))

    def test_a_verdict_as_lines_and_as_json(self):
        good, bad = Verdict("x:000001", ()), Verdict("x:000002", ("one", "two"))
        assert good.lines == []
        assert bad.lines == ["x:000002: one", "x:000002: two"]
        assert good.as_json() == {"id": "x:000001", "verified": True, "differences": []}
        assert bad.as_json() == {"id": "x:000002", "verified": False, "differences": ["one", "two"]}
