"""Positions of games whose seats differ: what each may choose, what each is shown, and what is kept of it."""

import json

import numpy as np
import pytest

from arena import load_game
from arena.actions import from_json
from arena.match import Match, MatchRecord, verify
from arena.pettingzoo_env import SEEDS, begin
from arena.testing import check_game
from arena.testing.common import some_action
from tests.arena import toy_spaces as toys

KINDS = toys.game(toys.OfAllKinds, max_plies=16)


def stored(record: MatchRecord) -> MatchRecord:
    """What comes back of a record that was written as JSON."""
    fields = json.loads(json.dumps(vars(record), allow_nan=False))
    return MatchRecord(**{name: from_json(value) for name, value in fields.items()})


def played_at_random(game, seed):
    match, rng = Match(game, seed), np.random.default_rng(seed)
    while not match.over:
        match.play(some_action(game, match.turn, rng))
    return match


class TestSeeds:
    """OpenSpiel's hanabi reads a seed as a C int; those of matches have 63 bits."""

    def test_hanabi_itself_refuses_a_large_seed(self):
        with pytest.raises(RuntimeError, match="Unable to cast"):
            load_game("hanabi").make_env().reset(seed=SEEDS)

    @pytest.mark.parametrize("name", ["hanabi", "leduc_holdem", "rps", "connect_four"])
    @pytest.mark.parametrize("seed", [SEEDS - 1, SEEDS, 2**32 + 3, 2**63 - 1])
    def test_every_seed_of_a_match_is_taken(self, name, seed):
        game = load_game(name)
        match = played_at_random(game, seed)
        assert match.record.seed == seed
        assert verify(match.record, game) == []

    def test_other_seeds_are_other_deals(self):
        game = load_game("hanabi")
        deals = {Match(game, seed).turn.text for seed in (0, 1, SEEDS + 2, 3 * SEEDS + 3, 2**62 + 4)}
        assert len(deals) == 5


class TestSeatsThatDiffer:
    def test_each_seat_of_mpe2_has_its_own_number_of_actions(self):
        match = Match(load_game("mpe2/simple_speaker_listener-v4:max_cycles=3"), 0)
        assert len(match.turn.legal) == 3  # the speaker says one of three words
        assert len(match.turn.observation) == 3
        match.play(2)
        assert len(match.turn.legal) == 5  # the listener goes four ways or stays
        assert len(match.turn.observation) == 11
        match.play(4)
        assert match.turn.history == ((0, 2), (1, 4))

    @pytest.mark.parametrize(("moves", "offender"), [((3,), 0), ((2, 5), 1)])
    def test_the_last_number_of_the_other_seat_is_no_action(self, moves, offender):
        match = Match(load_game("mpe2/simple_speaker_listener-v4"), 0)
        for move in moves:
            match.play(move)
        assert (match.record.ending, match.record.offenders) == ("illegal move", (offender,))

    def test_there_is_no_single_number_of_actions(self):
        game = load_game("mpe2/simple_speaker_listener-v4")
        assert (game.numbered, game.discrete, game.has_model) == (True, False, False)
        with pytest.raises(ValueError, match="has no single set of actions"):
            _ = game.n_actions

    @pytest.mark.parametrize(
        "name",
        ["mpe2/simple_speaker_listener-v4:max_cycles=3", "mpe2/simple_speaker_listener-v4:continuous_actions=true"],
    )
    def test_the_contract_is_kept(self, name):
        check_game(load_game(name), games=3)

    def test_numbers_count_from_zero_where_those_of_the_env_do_not(self):
        game = toys.game(toys.CountsFromFive, max_plies=4)
        match = Match(game, 0)
        assert match.turn.legal.tolist() == [True] * 3
        match.play(2)
        assert match.turn.legal.tolist() == [True] * 2
        match.play(0)
        assert match.position.env.got == [{"a": 7, "b": -1}]
        match.play(3)
        assert match.record.ending == "illegal move"
        check_game(game, games=5)


class TestActionsThatAreNotNumbers:
    def test_each_seat_is_told_whether_it_has_numbers(self):
        match = Match(KINDS, 0)
        for name, (move, kept) in toys.GOOD.items():
            turn = match.turn
            assert turn.numbered == (name == "number")
            assert (turn.legal is None) == (name != "number")
            assert match.position.accept(move) == kept
            match.play(move)
            assert match.position.history[-1] == (turn.seat, kept)

    def test_the_env_gets_arrays_of_its_own_types(self):
        match = Match(KINDS, 0)
        for move, _ in toys.GOOD.values():
            match.play(move)
        (got,) = match.position.env.got
        assert all(space.contains(got[name]) for name, space in toys.OfAllKinds.spaces.items())

    @pytest.mark.parametrize("name", toys.BAD)
    def test_what_the_space_does_not_hold_is_an_illegal_move(self, name):
        seat = list(toys.GOOD).index(name)
        for bad in toys.BAD[name]:
            match = Match(KINDS, 0)
            for move, _ in list(toys.GOOD.values())[:seat]:
                match.play(move)
            match.play(bad)
            record = match.record
            assert (record.ending, record.offenders, len(record.moves)) == ("illegal move", (seat,), seat), bad
            assert f"at ply {seat}" in record.cause
            assert verify(record, KINDS) == []

    @pytest.mark.parametrize("seed", range(3))
    def test_a_record_is_replayed_exactly_also_after_json(self, seed):
        record = played_at_random(KINDS, seed).record
        assert all(isinstance(move, int | float | tuple) for move in record.moves)
        assert verify(record, KINDS) == []
        assert stored(record) == record
        assert verify(stored(record), KINDS) == []

    def test_a_record_that_was_tampered_with_does_not(self):
        record = played_at_random(KINDS, 0).record
        fields = vars(record) | {"moves": (*record.moves[:-1], (1.5,))}
        assert "returns" in verify(MatchRecord(**fields), KINDS)[0]
        fields = vars(record) | {"moves": (record.moves[0], (2.0, 2.0), *record.moves[2:])}
        assert verify(MatchRecord(**fields), KINDS) == ["move (2.0, 2.0) at ply 1 is illegal"]

    def test_names_are_read_back(self):
        match = Match(KINDS, 0)
        for move, kept in toys.GOOD.values():
            turn = match.turn
            assert turn.parse(turn.name(kept)) == kept
            match.play(move)

    def test_the_contract_is_kept(self):
        check_game(KINDS, games=10)


class TestBoxesOfOthers:
    @pytest.mark.parametrize(
        ("name", "moves"),
        [
            (
                "mpe2/simple_speaker_listener-v4:continuous_actions=true,max_cycles=2",
                [[0.5] * 3, [0.1, 0, 1, 0.7, 0.2]],
            ),
            ("butterfly/pistonball-v6:n_pistons=2,max_cycles=3", [np.float32([0.3]), [-1.0]]),
        ],
        ids=["mpe2", "pistonball"],
    )
    def test_played_stored_and_replayed(self, name, moves):
        game = load_game(name)
        match = Match(game, 3)
        while not match.over:
            match.play(moves[match.turn.seat])
        record = match.record
        assert record.ending == "finished"
        assert record.moves[1] == tuple(np.asarray(moves[1], dtype=np.float32).tolist())
        assert verify(stored(record), game) == []

    @pytest.mark.parametrize("move", [[0.5, 0.5], 0.5, [1.5], [float("nan")], "0.5", ["0.5"], 0, [[0.5]]], ids=repr)
    def test_pistonball_refuses_what_lies_outside(self, move):
        match = Match(load_game("butterfly/pistonball-v6:n_pistons=2,max_cycles=3"), 0)
        match.play(move)
        assert match.record.ending == "illegal move"
        assert match.record.returns == (-1.0, 0.0)


class TestRoundsOfAllAtOnce:
    """A parallel env whose seats see different things: nothing shows of a round that is not finished."""

    game = toys.game(toys.Privately, max_plies=12, stochastic=True)

    def test_each_seat_sees_its_own_card_and_mask(self):
        match = Match(self.game, 5)
        cards = dict(match.position.env.cards)
        for name in "abc":
            assert int(match.turn.observation) == cards[name]
            assert match.turn.legal.tolist() == [True, bool(cards[name] % 2), True]
            match.play(0)

    def test_what_is_pending_shows_nowhere(self):
        for choice in (0, 2):
            match, other = Match(self.game, 5), Match(self.game, 5)
            match.play(choice)
            other.play(2 - choice)
            for _ in range(2):
                one, two = match.turn, other.turn
                assert one.history == two.history == ()
                assert (int(one.observation), one.text) == (int(two.observation), two.text)
                assert np.array_equal(one.legal, two.legal)
                assert match.position.returns.tolist() == other.position.returns.tolist() == [0, 0, 0]
                match.play(0)
                other.play(0)
            assert match.turn.history != other.turn.history

    def test_the_env_is_asked_for_whole_rounds_only(self):
        match = Match(self.game, 5)
        for round_number in range(4):
            for _ in "abc":
                assert match.position.env.round == round_number
                match.play(0)
        assert match.over

    def test_a_pending_move_is_counted_in_ply_and_kept_in_the_record(self):
        match = Match(self.game, 5)
        match.play(2)
        assert (match.turn.ply, match.turn.seat, match.turn.history) == (1, 1, ())
        match.play("nonsense")
        assert match.record.moves == (2,)
        assert verify(match.record, self.game) == []

    def test_the_contract_is_kept(self):
        check_game(self.game, games=10)


class TestHistory:
    def test_a_turn_keeps_the_history_it_was_given(self, tictactoe):
        match = Match(tictactoe, 0)
        first = match.turn.history
        match.play(4)
        second = match.turn.history
        match.play(0)
        assert (first, second, match.turn.history) == ((), ((0, 4),), ((0, 4), (1, 0)))

    def test_it_is_read_once_a_position(self, tictactoe):
        position = begin(tictactoe, 0)
        position.step(4)
        assert position.known_history(0) is position.known_history(1)

    def test_an_agent_cannot_change_it(self, rps):
        match = Match(rps, 0)
        assert isinstance(match.turn.history, tuple)
        match.play(0)
        match.play(1)
        assert isinstance(match.turn.history, tuple)

    def test_what_was_really_played_where_the_game_disturbs_it(self):
        game = load_game("prisoners_dilemma:rounds=200,noise=0.5")
        match = Match(game, 0)
        while not match.over:
            turn = match.turn
            match.play(0)
        asked = [action for _, action in match.position.history]
        known = [action for _, action in turn.history]
        assert set(asked) == {0}
        assert len(known) == 2 * 199
        assert 140 < sum(known) < 260  # 398 fair coins: mean 199, standard deviation 10
        assert [seat for seat, _ in turn.history] == [0, 1] * 199
