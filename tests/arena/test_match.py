"""The sans-IO match: turns, endings, forfeits, records and their replay."""

import contextlib
import dataclasses
import json
import signal
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arena import Agent, ArenaError, Decision, UsageError
from arena.match import ENDINGS, Match, forfeit_returns, ranks, verify
from arena.playing import play_match
from arena.seeding import derive
from tests.arena import toy_games as toys


def played(game, *moves, **kwargs) -> Match:
    match = Match(game, 0, **kwargs)
    for move in moves:
        match.play(move)
    return match


class TestTurn:
    def test_says_all_that_an_agent_needs(self, tictactoe):
        turn = played(tictactoe, 4, 0).turn
        assert (turn.seat, turn.ply, turn.history) == (0, 2, ((0, 4), (1, 0)))
        assert turn.legal.tolist() == [False, True, True, True, False, True, True, True, True]
        assert turn.observation[1, 1, 0] == 1
        assert turn.time_left is None
        assert turn.name(6) == "c1"
        assert turn.parse("c1") == 6
        assert "O" in turn.text

    def test_changing_its_model_leaves_the_match_alone(self, tictactoe):
        match = Match(tictactoe, 0)
        model = match.turn.model
        model.apply(4)
        assert match.turn.legal.all()
        assert match.turn.model.legal.all()

    def test_is_a_value_that_cannot_speak_of_a_later_position(self, tictactoe):
        match = Match(tictactoe, 0)
        turn = match.turn
        match.play(0)
        with pytest.raises(ArenaError, match="past"):
            _ = turn.model
        assert turn.legal.all()

    def test_there_is_none_after_the_end(self, tictactoe):
        match = played(tictactoe, 0, 3, 1, 4, 2)
        with pytest.raises(ArenaError, match="over"):
            _ = match.turn
        with pytest.raises(ArenaError, match="over"):
            match.play(5)

    def test_no_record_before_the_end(self, tictactoe):
        with pytest.raises(ArenaError, match="not over"):
            _ = Match(tictactoe, 0).record


class TestNoWayToTheEnv:
    def reachable(self, thing, depth=4):
        """Everything that attributes and items lead to, without looking into closures."""
        found, todo = [], [(thing, 0)]
        while todo:
            here, far = todo.pop()
            found.append(here)
            if far < depth and not isinstance(here, int | float | str | np.ndarray | type(None)):
                names = [*getattr(here, "__slots__", ()), *vars(type(here)).get("__dataclass_fields__", ())]
                members = [getattr(here, name, None) for name in {*names, *getattr(here, "__dict__", {})}]
                todo += [(member, far + 1) for member in members]
        return found

    @pytest.mark.parametrize("name", ["tictactoe", "rps"])
    def test_no_attribute_of_a_turn_leads_to_the_env(self, name, request):
        match = played(request.getfixturevalue(name), 0)
        kinds = {type(thing).__name__ for thing in self.reachable(match.turn)}
        assert not kinds & {"Position", "raw_env", "Match"}

    def test_a_turn_of_a_hidden_game_holds_nothing_of_it_at_all(self, rps):
        match = played(rps, 2)
        turn = match.turn
        closures = [thing for thing in self.reachable(turn) if getattr(thing, "__closure__", None)]
        assert closures == []
        assert (turn.name(1), turn.parse("PAPER"), turn.parse("2")) == ("paper", 1, 2)

    def test_a_turn_keeps_the_position_that_it_may_be_asked_about(self, rps):
        turn = Match(rps, 0).turn
        assert turn.name(0) == "rock"
        assert turn.model.to_move == 0


class TestEndings:
    def test_a_win(self, tictactoe):
        record = played(tictactoe, 0, 3, 1, 4, 2, entrants=("x", "o")).record
        assert (record.ending, record.winner, record.returns, record.ranks) == ("finished", "x", (1, -1), (1, 2))
        assert record.moves == (0, 3, 1, 4, 2)
        assert record.offenders == ()

    def test_a_draw_has_no_winner(self, tictactoe):
        record = played(tictactoe, 0, 4, 8, 2, 6, 3, 5, 7, 1).record
        assert (record.winner, record.ranks) == (None, (1, 1))

    @pytest.mark.parametrize("action", [4, 9, -1, 2.0, "4", None.__class__, True, np.float32(1), 10**30])
    def test_what_is_no_legal_action_forfeits_whatever_pettingzoo_says(self, tictactoe, action):
        match = played(tictactoe, 4)
        match.play(action)
        record = match.record
        assert (record.ending, record.offenders, record.winner) == ("illegal move", (1,), "seat 0")
        assert record.returns == (1.0, -1.0)
        assert record.moves == (4,)

    @pytest.mark.parametrize("action", [np.int64(4), np.uint8(4), np.int8(4)])
    def test_any_integer_type_is_an_action(self, tictactoe, action):
        assert played(tictactoe, action).position.history == [(0, 4)]

    def test_resigning(self, tictactoe):
        record = played(tictactoe, Decision(None)).record
        assert (record.ending, record.offenders, record.returns) == ("resigned", (0,), (-1.0, 1.0))

    def test_a_game_that_does_not_end_is_capped_and_nobody_is_to_blame(self):
        game = toys.game(toys.Endless, max_plies=7)
        record = played(game, *[0] * 7).record
        assert (record.ending, record.offenders, record.returns) == ("ply cap", (), (0.0, 0.0))
        assert not verify(record, game)

    def test_an_unknown_ending_is_refused(self, tictactoe):
        with pytest.raises(ValueError, match="unknown ending 'bored'"):
            Match(tictactoe, 0).forfeit("bored", (0,), "")

    def test_there_is_room_for_the_endings_to_come(self):
        assert {"adjudicated", "resigned", "void", "memory", "crash"} <= set(ENDINGS)

    def test_forfeit_of_rps_costs_all_rounds(self, rps):
        assert forfeit_returns(rps, (1,)) == [15.0, -15.0]
        assert forfeit_returns(rps.with_options({"max_cycles": 3}), (1,)) == [3.0, -3.0]

    @pytest.mark.parametrize(
        ("offenders", "zero_sum", "returns"),
        [
            ((1,), True, [0.5, -1, 0.5]),
            ((0, 2), True, [-1, 2, -1]),
            ((1,), False, [0, -1, 0]),
            ((0, 1, 2), True, [-1] * 3),
        ],
    )
    def test_with_more_seats_the_others_share_the_opposite_in_zero_sum_games(self, offenders, zero_sum, returns):
        game = toys.game(toys.DropOut, zero_sum=zero_sum)
        assert forfeit_returns(game, offenders) == returns


class TestSeats:
    def test_seats_say_who_of_the_entrants_sits_where(self, tictactoe):
        record = played(tictactoe, 0, 3, 1, 4, 2, entrants=("one", "two"), seats=(1, 0)).record
        assert record.seated == ("two", "one")
        assert record.winner == "two"
        assert record.as_json()["seats"] == ["two", "one"]

    @pytest.mark.parametrize(("entrants", "seats"), [(("a",), ()), (("a", "b"), (0, 0)), (("a", "b"), (1, 2))])
    def test_impossible_seatings_are_refused(self, tictactoe, entrants, seats):
        with pytest.raises(ValueError, match="seats 2"):
            Match(tictactoe, 0, entrants, seats)


class TestRecord:
    def test_is_frozen(self, tictactoe):
        record = played(tictactoe, Decision(None)).record
        with pytest.raises(dataclasses.FrozenInstanceError):
            record.returns = (1, 1)

    def test_keeps_what_the_movers_thought(self, tictactoe):
        match = Match(tictactoe, 0)
        match.play(Decision(4, value=0.25, note={"depth": 3}), seconds=1.5)
        match.play(0)
        match.forfeit("crash", (0,), "gone")
        record = match.record
        assert record.values == (0.25, None)
        assert record.notes == ({"depth": 3}, {})
        assert record.times == (1.5, 0.0)

    def test_its_json_has_the_fields_of_the_contract(self, tictactoe):
        document = json.loads(json.dumps(played(tictactoe, 0, 3, 1, 4, 2).record.as_json()))
        assert {"seed", "seats", "moves", "returns", "ranks", "winner", "ending", "offenders"} <= set(document)

    @settings(max_examples=30, deadline=None)
    @given(st.lists(st.integers(0, 8), unique=True, min_size=9, max_size=9))
    def test_any_game_replays_to_itself(self, tictactoe, order):
        match = Match(tictactoe, 0)
        for move in order:
            if not match.over:
                match.play(move)
        assert verify(match.record, tictactoe) == []

    @pytest.mark.parametrize(
        ("change", "complaint"),
        [
            ({"returns": (-1.0, 1.0)}, "returns: recorded"),
            ({"ranks": (2, 1)}, "ranks: recorded"),
            ({"moves": (0, 3, 1, 4)}, "not over"),
            ({"moves": (0, 3, 1, 4, 2, 5)}, "goes on"),
            ({"moves": (0, 0, 1, 4, 2)}, "illegal"),
            ({"ending": "error", "offenders": (0,)}, "ended by its rules"),
            ({"game_version": "0"}, "not of"),
        ],
    )
    def test_a_forged_record_is_found_out(self, tictactoe, change, complaint):
        record = played(tictactoe, 0, 3, 1, 4, 2).record
        assert complaint in verify(dataclasses.replace(record, **change), tictactoe)[0]

    def test_a_forfeit_replays(self, tictactoe):
        record = played(tictactoe, 4, 4).record
        assert verify(record, tictactoe) == []


def test_equal_returns_share_the_better_rank():
    assert ranks([1, 1, 0, -1, -1]) == (1, 1, 3, 4, 4)
    assert ranks([0.0, 0.0]) == (1, 1)


class Scripted(Agent):
    """Plays what it is told; an exception is raised, a callable called."""

    def __init__(self, *moves):
        self.moves = moves
        self.seeds = []

    def reset(self, *, seat, seed):
        super().reset(seat=seat, seed=seed)
        self.seeds.append(seed)
        self.left = list(self.moves)

    def act(self, turn):
        move = self.left.pop(0)
        if isinstance(move, BaseException):
            raise move
        return move(turn) if callable(move) else move


def spin(turn):
    while True:
        try:
            while True:
                pass
        except Exception:  # an agent that swallows every exception must still be stopped
            continue


class TestPlaying:
    def test_an_exception_forfeits_with_its_reason(self, tictactoe):
        record = play_match(tictactoe, [Scripted(4, RuntimeError("out of\nideas")), Scripted(0, 1)], 0)
        assert (record.ending, record.offenders) == ("error", (0,))
        assert record.cause == "RuntimeError: out of ideas at ply 2"

    @pytest.mark.parametrize("error", [BaseException("odd"), GeneratorExit("odd")])
    def test_whatever_is_raised_is_a_forfeit(self, tictactoe, error):
        record = play_match(tictactoe, [Scripted(4), Scripted(error)], 0)
        assert (record.ending, record.offenders) == ("error", (1,))

    def test_objects_whose_own_methods_raise_are_a_forfeit(self, tictactoe):
        class Nasty:
            def __repr__(self):
                raise RuntimeError("repr")

            def __index__(self):
                raise RuntimeError("index")

        class NastyError(Exception):
            def __str__(self):
                raise RuntimeError("str")

        assert play_match(tictactoe, [Scripted(Nasty()), Scripted()], 0).cause == "played a Nasty at ply 0"
        assert play_match(tictactoe, [Scripted(NastyError()), Scripted()], 0).cause == "NastyError at ply 0"

    def test_a_forgotten_return_is_no_resignation(self, tictactoe):
        record = play_match(tictactoe, [Scripted(None), Scripted()], 0)
        assert (record.ending, record.cause) == ("error", "act returned nothing at ply 0 (to resign: Decision(None))")

    def test_an_agent_that_swallows_the_alarm_hears_it_again(self, tictactoe):
        def swallow(turn):
            until = time.monotonic() + 5
            while time.monotonic() < until:
                try:
                    while time.monotonic() < until:
                        pass
                except BaseException:
                    until = min(until, time.monotonic() + 0.5)
                    with contextlib.suppress(ValueError):
                        time.sleep(1)
            return 4

        began = time.monotonic()
        record = play_match(tictactoe, [Scripted(swallow), Scripted()], 0, move_time=0.05)
        assert record.ending == "timeout"
        assert time.monotonic() - began < 4

    def test_an_alarm_of_somebody_else_is_put_back(self, tictactoe):
        before = signal.getsignal(signal.SIGALRM), signal.setitimer(signal.ITIMER_REAL, 200)
        play_match(tictactoe, [Scripted(0, 1, 2), Scripted(3, 4)], 0, move_time=1.0)
        left = signal.setitimer(signal.ITIMER_REAL, *before[1])
        assert 190 < left[0] <= 200
        assert signal.getsignal(signal.SIGALRM) is before[0]

    @pytest.mark.parametrize("seconds", [0, -1, 1e10, float("nan"), float("inf")])
    def test_an_absurd_time_blames_nobody(self, tictactoe, seconds):
        with pytest.raises(UsageError, match="move-time must be from"):
            play_match(tictactoe, [Scripted(4), Scripted()], 0, move_time=seconds)

    def test_leaving_the_program_is_a_forfeit_too(self, tictactoe):
        record = play_match(tictactoe, [Scripted(4), Scripted(SystemExit(3))], 0)
        assert (record.ending, record.offenders, record.cause) == ("error", (1,), "SystemExit: 3 at ply 1")

    @pytest.mark.parametrize(
        ("decision", "cause"),
        [
            (Decision(4, value="high"), "could not convert string to float: 'high'"),
            (Decision(4, value=float("nan")), "its value is nan"),
            (Decision(4, note={"board": object()}), "not JSON serializable"),
            (Decision(4, note={"score": float("inf")}), "not JSON compliant"),
            (Decision(4, note=3), "'int' object is not iterable"),
        ],
    )
    def test_thoughts_that_cannot_be_stored_forfeit(self, tictactoe, decision, cause):
        record = play_match(tictactoe, [Scripted(decision), Scripted(0)], 0)
        assert (record.ending, record.offenders) == ("error", (0,))
        assert cause in record.cause

    def test_an_exception_in_reset_forfeits(self, tictactoe):
        class Unready(Scripted):
            def reset(self, *, seat, seed):
                raise KeyError("weights")

        record = play_match(tictactoe, [Scripted(4), Unready()], 0)
        assert (record.ending, record.offenders, record.moves) == ("error", (1,), ())
        assert record.cause == "KeyError: 'weights' in reset"

    def test_a_move_that_never_ends_is_interrupted(self, tictactoe):
        record = play_match(tictactoe, [Scripted(spin), Scripted(0)], 0, move_time=0.05)
        assert (record.ending, record.offenders) == ("timeout", (0,))
        assert "no move within 0.05 s" in record.cause

    def test_time_left_is_told(self, tictactoe):
        told = []
        play_match(tictactoe, [Scripted(lambda turn: told.append(turn.time_left)), Scripted()], 0, move_time=2.0)
        assert told == [2.0]

    def test_a_slow_move_is_found_out_where_no_alarm_can_ring(self, tictactoe):
        import threading

        records = []

        def sleepy(turn):
            time.sleep(0.05)
            return 4

        def run():
            records.append(play_match(tictactoe, [Scripted(sleepy), Scripted()], 0, move_time=0.01))

        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
        assert (records[0].ending, records[0].offenders) == ("timeout", (0,))

    def test_interrupting_the_program_is_no_forfeit(self, tictactoe):
        with pytest.raises(KeyboardInterrupt):
            play_match(tictactoe, [Scripted(KeyboardInterrupt()), Scripted()], 0)

    def test_each_seat_has_a_seed_of_its_own_that_follows_from_the_matchs(self, tictactoe):
        agents = [Scripted(0, 1, 2), Scripted(3, 4, 5)]
        play_match(tictactoe, agents, 5)
        assert agents[0].seeds == [derive(5, "agent", 0)]
        assert agents[1].seeds == [derive(5, "agent", 1)]

    def test_seats_swap_who_moves_first(self, tictactoe):
        record = play_match(tictactoe, [Scripted(3, 4), Scripted(0, 1, 2)], 0, entrants=("a", "b"), seats=(1, 0))
        assert record.winner == "b"
        assert record.seated == ("b", "a")

    def test_watchers_see_every_position(self, tictactoe):
        plies = []
        play_match(
            tictactoe, [Scripted(0, 1, 2), Scripted(3, 4)], 0, watch=lambda match: plies.append(match.position.ply)
        )
        assert plies == [0, 1, 2, 3, 4, 5]
