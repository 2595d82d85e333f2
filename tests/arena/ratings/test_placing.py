"""Entrants outside the core: who is bounded by whom, and that a bound keeps its 95 %."""

import math

import numpy as np
import pytest

from arena.ratings import Outcome, Rating, fit
from arena.ratings.components import above, components, core_of
from arena.ratings.davidson import tally

ELO = 400 / math.log(10)


def played(first: str, second: str, wins: int, draws: int = 0, losses: int = 0) -> list[Outcome]:
    results = [1.0] * wins + [0.5] * draws + [0.0] * losses
    return [Outcome(first, second, score) for score in results]


def rows(outcomes: list[Outcome], **options: object) -> dict[str, Rating]:
    return {row.name: row for row in fit(outcomes, **options).ratings}


EVEN = played("a", "b", 2, 0, 2)


def test_components_and_core() -> None:
    games = tally(EVEN + played("c", "a", 1) + played("d", "e", 1, 0, 1) + played("e", "b", 0, 0, 1))
    parts = components(games)
    assert sorted(tuple(games.names[i] for i in part) for part in parts) == [("a", "b"), ("c",), ("d", "e")]
    assert [games.names[i] for i in core_of(games, parts, None)] == ["a", "b"]
    assert [games.names[i] for i in core_of(games, parts, "e")] == ["d", "e"]


def test_the_core_is_the_one_with_most_entrants_then_most_games() -> None:
    three = played("x", "y", 1) + played("y", "z", 1) + played("z", "x", 1)
    games = tally(three + played("a", "b", 50, 0, 50) + played("a", "x", 1))
    assert [games.names[i] for i in core_of(games, components(games), "a")] == ["x", "y", "z"]
    games = tally(EVEN + played("y", "z", 5, 0, 5) + played("a", "y", 1))
    assert [games.names[i] for i in core_of(games, components(games), None)] == ["y", "z"]


def test_above_comes_nearest_first_and_leaves_out_what_does_not_lead_down() -> None:
    games = tally(EVEN + played("v", "u", 1) + played("u", "a", 1) + played("b", "w", 1) + played("x", "w", 1))
    parts = components(games)
    order = above(games, parts, core_of(games, parts, None))
    assert [[games.names[i] for i in part] for part in order] == [["u"], ["v"]]


@pytest.mark.parametrize("n", [1, 3, 10, 100])
def test_the_bound_of_a_sweep_is_clopper_and_pearsons(n: int) -> None:
    """n of n won: the one-sided 95 % bound for the chance of a win is the 5 % quantile of Beta(n, 1)."""
    beta = pytest.importorskip("scipy.stats").beta
    table = rows(EVEN + played("u", "a", n), anchor="a", anchor_rating=0.0)
    chance = float(beta.ppf(0.05, n, 1))
    assert table["u"].low == pytest.approx(ELO * math.log(chance / (1 - chance)), abs=1e-6)
    assert (table["u"].rating, table["u"].high, table["u"].mark) == (None, None, "undefeated")


@pytest.mark.parametrize("n", [1, 3, 10])
def test_losing_every_game_is_the_mirror_image(n: int) -> None:
    up = rows(EVEN + played("u", "a", n), anchor_rating=0.0)["u"]
    down = rows(EVEN + played("u", "a", 0, 0, n), anchor_rating=0.0)["u"]
    assert up.low is not None and down.high == pytest.approx(-up.low, abs=1e-9)
    assert (down.rating, down.low, down.mark) == (None, None, "winless")


def test_the_promise_of_95_per_cent_is_kept_at_the_bound_with_draws_and_a_first_move() -> None:
    """Were the entrant exactly as strong as its bound, a sweep like its own would come with probability 5 %."""
    core = played("a", "b", 9, 4, 3) + played("b", "a", 6, 5, 4)
    report = fit([*core, *played("u", "a", 2), *played("b", "u", 0, 0, 3)])
    table = {row.name: row for row in report.ratings}
    assert report.first_mover is not None and report.draw is not None
    log_chance = 0.0
    for opponent, move, count in (("a", report.first_mover.value, 2), ("b", -report.first_mover.value, 3)):
        margin = (table["u"].low - table[opponent].rating + move) / ELO
        weights = math.exp(margin / 2), report.draw, math.exp(-margin / 2)
        log_chance += count * math.log(weights[0] / sum(weights))
    assert math.exp(log_chance) == pytest.approx(0.05, abs=1e-9)


def test_more_won_games_and_stronger_victims_raise_the_bound() -> None:
    core = played("a", "b", 8, 0, 2)
    lows = [rows(core + played("u", name, n))["u"].low for name, n in (("b", 3), ("b", 6), ("a", 6))]
    assert lows == sorted(lows) and len(set(lows)) == 3


def test_a_sweep_outside_the_core_changes_nothing_within() -> None:
    core = played("a", "b", 6, 3, 2) + played("b", "a", 3, 1, 3)
    with_u, without = fit([*core, *played("u", "a", 4)]), fit(core)
    assert [row for row in with_u.ratings if row.mark == ""] == list(without.ratings)
    assert (with_u.first_mover, with_u.draw) == (without.first_mover, without.draw)


def test_a_component_of_several_is_placed_as_one() -> None:
    """Its inner difference comes from its own games, its place from its sweep."""
    table = rows(EVEN + played("u", "v", 3, 0, 1) + played("u", "a", 2) + played("v", "b", 2))
    assert table["u"].low - table["v"].low == pytest.approx(400 * math.log10(3), abs=1e-6)
    assert (table["u"].mark, table["v"].mark) == ("separated", "separated")
    assert table["u"].high is table["v"].high is table["u"].rating is None
    lead = (table["u"].low - 1500) / ELO, (table["v"].low - 1500) / ELO
    assert math.prod((1 / (1 + math.exp(-x))) ** 2 for x in lead) == pytest.approx(0.05, abs=1e-9)


def test_a_component_that_drew_within_counts_draws_as_halves_where_the_core_has_none() -> None:
    table = rows(EVEN + played("u", "v", 2, 2, 0) + played("u", "a", 2))
    assert table["u"].low - table["v"].low == pytest.approx(400 * math.log10(3), abs=1e-6)
    assert (table["u"].mark, table["v"].mark) == ("undefeated", "separated")


def test_a_draw_with_the_core_joins_it() -> None:
    table = rows(EVEN + played("u", "a", 5, 1))
    assert table["u"].mark == "" and table["u"].rating > table["a"].rating and None not in (table["u"].low,)


def test_sweeps_add_up_along_a_chain() -> None:
    """v beat u, u beat a: v's bound starts from u's own."""
    table = rows(EVEN + played("u", "a", 3) + played("v", "u", 2))
    chance = 0.05 ** (1 / 2)
    assert table["v"].low == pytest.approx(table["u"].low + ELO * math.log(chance / (1 - chance)), abs=1e-6)
    assert (table["v"].mark, table["u"].mark) == ("undefeated", "separated")


def test_one_who_lost_to_the_undefeated_keeps_the_bound_from_below() -> None:
    table = rows(EVEN + played("k", "a", 3) + played("u", "a", 1) + played("u", "k", 1))
    alone = rows(EVEN + played("k", "a", 3))["k"]
    assert table["k"].low == pytest.approx(alone.low, abs=1e-9)
    assert (table["k"].mark, table["k"].high) == ("separated", None)


def test_nothing_is_known_of_one_who_met_only_the_winless() -> None:
    table = rows(EVEN + played("a", "w", 3) + played("x", "w", 2) + played("u", "a", 1) + played("u", "y", 1))
    for name in "xy":
        assert table[name] == Rating(name, None, None, None, "separated", 0)


def test_two_entrants_one_of_whom_won_everything() -> None:
    """Neither can be rated; one holds the scale and the difference is bounded."""
    chance = 0.05 ** (1 / 10)
    gap = ELO * math.log(chance / (1 - chance))
    assert list(fit(played("a", "b", 10)).ratings) == [
        Rating("a", 1500.0, None, None, "undefeated", 0),
        Rating("b", None, None, pytest.approx(1500 - gap), "winless", 0),
    ]
    assert list(fit(played("a", "b", 10), anchor="b").ratings) == [
        Rating("a", None, pytest.approx(1500 + gap), None, "undefeated", 0),
        Rating("b", 1500.0, 1500.0, 1500.0, "winless", 0),
    ]


def test_a_pecking_order_is_held_by_the_one_with_most_games() -> None:
    table = fit(played("a", "b", 3) + played("b", "c", 3)).ratings
    assert [(row.name, row.mark) for row in table] == [("a", "undefeated"), ("b", "separated"), ("c", "winless")]
    assert (table[1].rating, table[1].low, table[1].high) == (1500.0, None, None)
    assert table[0].low - 1500 == pytest.approx(1500 - table[2].high)


def test_a_long_pecking_order_is_placed_without_recursion() -> None:
    chain = [Outcome(f"e{i:03}", f"e{i + 1:03}", 1.0) for i in range(300)]
    table = rows(chain, anchor="e299")
    assert all(table[f"e{i:03}"].low is not None for i in range(299)) and table["e300"].high is not None


def test_the_anchor_shifts_the_bounds_too() -> None:
    outcomes = played("a", "b", 3, 0, 1) + played("u", "a", 2) + played("b", "w", 2)
    free, pinned = rows(outcomes), rows(outcomes, anchor="b", anchor_rating=1000.0)
    shift = 1000.0 - free["b"].rating
    assert pinned["u"].low == pytest.approx(free["u"].low + shift)
    assert pinned["w"].high == pytest.approx(free["w"].high + shift)
    assert np.isfinite(shift)
