"""Kuhn's own results, in fractions: against either equilibrium strategy no pure strategy does better than the value."""

from fractions import Fraction
from itertools import permutations, product

import numpy as np
import pytest
from arena import turn_at
from pettingzoo.test import api_test

from small_games.kuhn import BET, KUHN, PASS, KuhnEnv, redraw

VALUE = Fraction(-1, 18)  # of seat 0
DEALS = list(permutations(range(3), 2))
ENDINGS = [(PASS, PASS), (PASS, BET, PASS), (PASS, BET, BET), (BET, PASS), (BET, BET)]
THIRD = Fraction(1, 3)

# A strategy: (card, what was played so far) -> probability of a bet.
SECOND = {(0, (PASS,)): THIRD, (1, (PASS,)): 0, (2, (PASS,)): 1, (0, (BET,)): 0, (1, (BET,)): THIRD, (2, (BET,)): 1}


def first(bluff):
    """The equilibrium strategies of seat 0 are a family: it may bet a jack up to one time in three."""
    opens = {(0, ()): bluff, (1, ()): 0, (2, ()): 3 * bluff}
    return opens | {(0, (PASS, BET)): 0, (1, (PASS, BET)): bluff + THIRD, (2, (PASS, BET)): 1}


def pays(deal, actions):
    """What the env pays seat 0."""
    env = KuhnEnv()
    env.reset(seed=0)
    env.cards = list(deal)
    for action in actions:
        assert not any(env.terminations.values())
        env.step(action)
    assert all(env.terminations.values())
    return Fraction(env.rewards["player_0"])


PAYS = {(deal, actions): pays(deal, actions) for deal in DEALS for actions in ENDINGS}


def expected(*strategies):
    """What seat 0 wins on average."""
    total = Fraction(0)
    for (deal, actions), paid in PAYS.items():
        chance = Fraction(1, len(DEALS))
        for ply, action in enumerate(actions):
            bets = strategies[ply % 2][deal[ply % 2], actions[:ply]]
            chance *= bets if action == BET else 1 - bets
        total += chance * paid
    return total


def pure(strategy):
    """All pure strategies at the same decisions."""
    return [dict(zip(strategy, choice, strict=True)) for choice in product((0, 1), repeat=len(strategy))]


@pytest.mark.parametrize("bluff", [Fraction(0), Fraction(1, 6), THIRD])
def test_the_value_is_minus_one_eighteenth(bluff):
    assert min(expected(first(bluff), answer) for answer in pure(SECOND)) == VALUE
    assert max(expected(opening, SECOND) for opening in pure(first(bluff))) == VALUE


def test_pettingzoo_accepts_the_env():
    api_test(KuhnEnv(), num_cycles=100)


def test_redraw_keeps_the_own_card_and_deals_the_others_equally_often():
    for deal in DEALS:
        env, rng, dealt = KuhnEnv(), np.random.default_rng(0), []
        for _ in range(300):
            env.cards = list(deal)
            redraw(env, 0, rng)
            assert env.cards[0] == deal[0]
            dealt.append(env.cards[1])
        assert set(dealt) == {0, 1, 2} - {deal[0]}
        assert abs(dealt.count(deal[1]) - 150) < 50


def test_the_text_tells_a_seat_its_own_card_only():
    turn = turn_at(KUHN, [BET], seed=1)
    assert turn.text == f"You hold {'JQK'[turn.observation[0]]}. Played so far: bet."
    with pytest.raises(ValueError, match="pass or bet"):
        turn.parse("fold")
