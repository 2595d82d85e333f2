"""Nim is solved: what the env, the arena's search and the agent say is held against each other."""

import numpy as np
import pytest
from arena import UsageError, play_match, turn_at
from arena.agent import why_not
from arena.trees import nash_conv, policy_of, solve
from pettingzoo.test import api_test

from small_games.nim import NIM, symmetries
from small_games.nim_env import NimEnv
from small_games.nim_rules import mover_wins, nim_sum
from small_games.perfect import NIM_PERFECT, Config, NimPerfect

GAMES = [NIM.with_options({"heaps": heaps, "misere": misere}) for heaps in ("3-4-5", "2-2") for misere in (False, True)]


def test_pettingzoo_accepts_the_env():
    api_test(NimEnv(), num_cycles=100)


@pytest.mark.parametrize(("heaps", "total"), [((3, 4, 5), 2), ((1, 2, 3), 0), ((1, 3, 5, 7), 0), ((7,), 7), ((), 0)])
def test_nim_sums(heaps, total):
    assert nim_sum(heaps) == total


def test_misere_differs_only_once_every_heap_is_of_size_one():
    assert [mover_wins([1] * count) for count in range(4)] == [False, True, False, True]
    assert [mover_wins([1] * count, misere=True) for count in range(4)] == [True, False, True, False]
    assert mover_wins([2, 2], misere=True) is False


@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.key)
def test_the_theory_agrees_with_the_rules_at_every_position(game):
    tree = game.tree
    solved = solve(tree)
    for node in tree.decisions:
        heaps, seat = tree.observation[node, 0], tree.player[node]
        assert mover_wins(heaps.tolist(), game.chosen.get("misere", False)) == (solved[node, seat] > 0)


@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.key)
def test_nobody_gains_anything_against_perfect_play(game):
    assert nash_conv(game.tree, policy_of(game.tree, NimPerfect(game, Config()))) == pytest.approx(0)


def test_it_never_loses_from_a_winning_position():
    returns = [play_match(NIM, [NimPerfect(NIM, Config()), "random"], seed).returns for seed in range(30)]
    assert set(returns) == {(1.0, -1.0)}


def test_mistakes_are_as_frequent_as_the_setting_says():
    turn = turn_at(NIM, [])  # the one winning move takes 2 of 3, which leaves 1-4-5
    (chances,) = NimPerfect(NIM, Config(mistakes=0.24)).policy([turn])
    assert chances[turn.parse("a2")] == pytest.approx(0.76 + 0.24 / 12)
    assert np.nansum(NimPerfect(NIM, Config()).values(turn)) == 1 - 11


def test_it_says_why_it_plays_nothing_else():
    from small_games.kuhn import KUHN

    assert why_not(NIM_PERFECT, KUHN) == "it plays nothing but nim"


def test_only_equal_heaps_may_be_exchanged():
    assert [len(symmetries(start)) for start in ((3, 4, 5), (2, 2, 3), (1, 1, 1))] == [1, 2, 6]


@pytest.mark.parametrize("heaps", ["", "3-0", "3-10", "x", "1-1-1-1-1-1"])
def test_heaps_that_are_none(heaps):
    with pytest.raises(UsageError, match="such as 3-4-5"):
        NIM.with_options({"heaps": heaps})


def test_the_text_shows_heaps_and_aim():
    text = turn_at(NIM.with_options({"heaps": "2-1", "misere": True}), [2]).text
    assert text.splitlines() == ["a: oo", "b: -", "Whoever takes the last one loses."]


def test_names_that_are_none():
    turn = turn_at(NIM, [])
    assert turn.parse(" C5 ") == 14
    for text in ("d1", "a6", "a0", "take two"):
        with pytest.raises(ValueError, match="is no move"):
            turn.parse(text)
