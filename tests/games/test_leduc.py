"""Leduc hold'em by enumeration: every way to bet, and what each of them pays."""

import numpy as np
import pytest

from arena.match import Match
from games.poker import LEDUC

CALL, RAISE, FOLD, CHECK = range(4)
SEEDS = [0, 2, 4, 6, 8, 11]


def after(seed, *moves):
    match = Match(LEDUC, seed)
    for move in moves:
        match.play(move)
    return match


def rounds_of_betting(owed, raises=0, agreed=0):
    """All ways through a round of leduc for who owes `owed` raises' worth: (actions, whether somebody folded)."""
    yield (FOLD,), True
    passing = CALL if owed else CHECK
    if agreed == 1:
        yield (passing,), False
    else:
        for rest, folded in rounds_of_betting(0, raises, 1):
            yield (passing, *rest), folded
    if raises < 2:
        for rest, folded in rounds_of_betting(1, raises + 1, 1):
            yield (RAISE, *rest), folded


def all_of_leduc():
    for first, folded in rounds_of_betting(1):
        if folded:
            yield first, ()
        else:
            for second, _ in rounds_of_betting(0):
                yield first, second


def paid(first, second):
    """Chips in the pot of the first and the second mover, by the rules of leduc: blinds 1 and 2, raises of 2 and 4."""
    chips, mover = [1, 2], 0
    for size, actions in ((2, first), (4, second)):
        for action in actions:
            if action in (CALL, RAISE):
                chips[mover] = max(chips) + (size if action == RAISE else 0)
            if action == FOLD:
                return chips, mover
            mover = 1 - mover
    return chips, None


def showdown(match):
    """What the hand of each seat is worth beside the card that will lie open."""
    game = match.position.env.unwrapped.env.game
    shared = game.dealer.deck[-1].rank
    return ["JQK".index(player.hand.rank) + 3 * (player.hand.rank == shared) for player in game.players]


class TestLeducByEnumeration:
    def test_there_are_61_ways_to_bet(self):
        ways = list(all_of_leduc())
        assert len(ways) == len(set(ways)) == 6 + 5 * 11
        assert max(len(first) + len(second) for first, second in ways) == 8 <= LEDUC.max_plies

    def test_the_seeds_below_deal_all_that_decides(self):
        shown = [showdown(after(seed)) for seed in SEEDS]
        assert {(worth[0] == worth[1], max(worth) >= 3) for worth in shown} == {
            (False, False),  # the higher card
            (False, True),  # a pair
            (True, False),  # equals
        }
        assert {after(seed).turn.seat for seed in SEEDS} == {0, 1}

    @pytest.mark.parametrize("seed", SEEDS)
    def test_each_pays_what_it_should(self, seed):
        begin = after(seed)
        mover, worth = begin.turn.seat, showdown(begin)
        for first, second in all_of_leduc():
            chips, folded = paid(first, second)
            in_pot = [chips[0], chips[1]] if mover == 0 else [chips[1], chips[0]]
            if folded is not None:
                loser = folded if mover == 0 else 1 - folded
                expected = [-in_pot[loser] / 2, in_pot[loser] / 2]
                expected = expected if loser == 0 else expected[::-1]
            else:
                sign = np.sign(worth[0] - worth[1])
                assert in_pot[0] == in_pot[1]
                expected = [sign * in_pot[1] / 2, -sign * in_pot[0] / 2]
            match = after(seed, *first, *second)
            assert match.over
            assert match.record.ending == "finished"
            assert list(match.record.returns) == expected

    def test_no_other_way_is_legal(self):
        ways = {(*first, *second) for first, second in all_of_leduc()}
        begun = {way[:length] for way in ways for length in range(len(way))}
        for moves in begun:
            legal = set(np.flatnonzero(after(0, *moves).turn.legal).tolist())
            assert legal == {way[len(moves)] for way in ways if way[: len(moves)] == moves}
