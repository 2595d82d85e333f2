"""The public fit: closed forms, what is reported where the games do not tell, and no dependence on order or names."""

import ast
import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import arena.ratings
from arena.ratings import BradleyTerry, Outcome, Rating, fit

ELO = 400 / math.log(10)
Z = 1.959963984540054
names = st.sampled_from("abcdef")
games = st.lists(
    st.tuples(names, names, st.sampled_from([0.0, 0.5, 1.0])).filter(lambda g: g[0] != g[1]).map(lambda g: Outcome(*g)),
    max_size=30,
)


def played(first: str, second: str, wins: int, draws: int = 0, losses: int = 0) -> list[Outcome]:
    results = [1.0] * wins + [0.5] * draws + [0.0] * losses
    return [Outcome(first, second, score) for score in results]


def rows(table: BradleyTerry) -> dict[str, Rating]:
    return {row.name: row for row in table.ratings}


BALANCED = played("a", "b", 3, 0, 1) + played("b", "a", 1, 0, 3)


def test_three_to_one_is_191_points() -> None:
    table = fit(BALANCED)
    best, other = table.ratings
    assert best.name == "a" and best.rating - other.rating == pytest.approx(400 * math.log10(3), abs=1e-6)
    assert best.rating + other.rating == pytest.approx(3000.0)
    assert (best.mark, best.pool, table.draw, table.anchor) == ("", 0, 0.0, None)


def test_its_interval_by_hand() -> None:
    """Eight games with p q = 3/16 carry 1.5 on the difference; the rating against the mean has half its error."""
    error = ELO / math.sqrt(8 * 3 / 16)
    free, pinned = rows(fit(BALANCED)), rows(fit(BALANCED, anchor="b", anchor_rating=1000.0))
    assert pinned["a"].high - pinned["a"].low == pytest.approx(2 * Z * error, abs=1e-6)
    assert free["a"].high - free["a"].low == pytest.approx(Z * error, abs=1e-6)
    assert pinned["a"].rating == pytest.approx((pinned["a"].high + pinned["a"].low) / 2)
    assert pinned["b"] == Rating("b", 1000.0, 1000.0, 1000.0, "", 0)


def test_the_first_move_by_hand() -> None:
    """Equal entrants, the first mover wins 3 of 4: worth 400 log10 3, with the same error as a difference."""
    table = fit(played("a", "b", 3, 0, 1) + played("b", "a", 3, 0, 1))
    assert table.first_mover is not None
    assert table.first_mover.value == pytest.approx(400 * math.log10(3), abs=1e-6)
    assert table.first_mover.high - table.first_mover.value == pytest.approx(Z * ELO / math.sqrt(1.5), abs=1e-6)
    assert [row.rating for row in table.ratings] == pytest.approx([1500.0, 1500.0])


def test_where_nobody_moves_first_the_term_is_left_out() -> None:
    """Seats say nothing: who sat where changes no rating and no interval."""
    seated = played("a", "b", 5, 2, 1) + played("b", "a", 4, 1, 2)
    turned = [Outcome(game.second, game.first, 1.0 - game.score) for game in seated]
    table = fit(seated, advantage=False)
    assert table.first_mover is None and fit(seated).first_mover is not None
    for mixed in (turned, seated[:8] + turned[8:]):
        other = rows(fit(mixed, advantage=False))
        for row in table.ratings:
            assert (row.rating, row.low, row.high) == pytest.approx(
                (other[row.name].rating, other[row.name].low, other[row.name].high)
            )


def test_draws_by_hand() -> None:
    table = fit(played("a", "b", 8, 6, 2))
    assert table.draw == pytest.approx(6 / 4)
    assert table.ratings[0].rating - table.ratings[1].rating == pytest.approx(400 * math.log10(4), abs=1e-6)


def test_the_first_move_is_not_reported_where_seats_never_tell() -> None:
    assert fit(played("a", "b", 3, 0, 1)).first_mover is None
    assert fit(played("a", "b", 3, 0, 1) + played("b", "c", 3, 0, 1)).first_mover is None
    assert (
        fit(played("a", "b", 3, 0, 1) + played("b", "c", 3, 0, 1) + played("c", "a", 1, 0, 1)).first_mover is not None
    )


def test_a_first_mover_who_always_wins_is_left_out_and_nobody_is_better() -> None:
    table = fit(played("a", "b", 5) + played("b", "a", 5))
    assert table.first_mover is None
    assert [row.rating for row in table.ratings] == pytest.approx([1500.0, 1500.0])
    assert table.ratings[0].high - 1500.0 == pytest.approx(Z * ELO / math.sqrt(10 / 4) / 2, abs=1e-6)


def test_wins_and_draws_without_a_loss_count_draws_as_halves() -> None:
    """No finite nu explains six wins and four draws best; eight points of ten are 241 points."""
    table = fit(played("a", "b", 6, 4))
    assert table.draw is None
    assert table.ratings[0].rating - table.ratings[1].rating == pytest.approx(400 * math.log10(8 / 2), abs=1e-6)


def test_all_draws_make_all_equal_with_the_interval_of_as_many_coin_tosses() -> None:
    table = fit(played("a", "b", 0, 6) + played("b", "a", 0, 6), anchor="b")
    assert table.draw is None
    assert [row.rating for row in table.ratings] == pytest.approx([1500.0, 1500.0])
    assert rows(table)["a"].high - 1500.0 == pytest.approx(Z * ELO / math.sqrt(12 / 4), abs=1e-6)
    assert table.first_mover is not None and table.first_mover.value == pytest.approx(0.0, abs=1e-9)
    assert [row.name for row in fit(played("c", "b", 0, 3) + played("a", "c", 0, 2)).ratings] == ["a", "b", "c"]


def test_one_game() -> None:
    won, drawn = fit([Outcome("a", "b", 1.0)]), fit([Outcome("a", "b", 0.5)])
    assert [(row.name, row.mark) for row in won.ratings] == [("a", "undefeated"), ("b", "winless")]
    assert won.ratings[1].high == pytest.approx(1500 + ELO * math.log(0.95 / 0.05), abs=1e-6)
    assert (won.first_mover, won.draw) == (None, None)
    assert [(row.rating, row.mark) for row in drawn.ratings] == [(1500.0, ""), (1500.0, "")]
    assert drawn.ratings[0].high - 1500.0 == pytest.approx(Z * ELO, abs=1e-6)


def test_no_games_no_table() -> None:
    assert fit([]) == BradleyTerry((), None, None, None)


def test_pools_are_fitted_apart() -> None:
    big = BALANCED + played("b", "c", 2, 0, 2) + played("c", "b", 1, 0, 2)
    small = played("x", "y", 4, 1, 2) + played("y", "x", 2, 0, 3)
    both, alone = fit(small + big), fit(big)
    assert [row for row in both.ratings if row.pool == 0] == list(alone.ratings)
    assert (both.first_mover, both.draw) == (alone.first_mover, alone.draw)
    inner = [(row.name, row.rating, row.low) for row in both.ratings if row.pool == 1]
    assert inner == [(row.name, row.rating, row.low) for row in fit(small).ratings]
    assert [row.pool for row in both.ratings] == [0, 0, 0, 1, 1]


def test_an_anchor_holds_its_own_pool_only() -> None:
    table = fit(BALANCED + played("x", "y", 2, 0, 1), anchor="x", anchor_rating=2000.0)
    assert table.anchor == "x" and rows(table)["x"].rating == 2000.0
    assert rows(table)["a"].rating + rows(table)["b"].rating == pytest.approx(4000.0)
    assert rows(table)["b"].low < rows(table)["b"].rating


def test_anchoring_moves_the_scale_and_not_the_differences() -> None:
    outcomes = BALANCED + played("b", "c", 2, 1, 2) + played("c", "a", 1, 1, 3)
    free, pinned = rows(fit(outcomes)), rows(fit(outcomes, anchor="c", anchor_rating=800.0))
    for name in "ab":
        assert pinned[name].rating - 800.0 == pytest.approx(free[name].rating - free["c"].rating)


def test_an_anchor_without_a_finite_rating_leaves_the_scale_to_the_mean() -> None:
    table = fit(BALANCED + played("a", "random", 9), anchor="random")
    assert table.anchor is None
    assert rows(table)["a"].rating + rows(table)["b"].rating == pytest.approx(3000.0)
    assert rows(table)["random"].mark == "winless" and rows(table)["random"].rating is None


def test_an_unknown_anchor_is_named_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"no entrant 'z' to anchor at; known: a, b$"):
        fit(BALANCED, anchor="z")
    with pytest.raises(ValueError, match="known: none"):
        fit([], anchor="z")


def test_the_anchors_rating_must_be_finite() -> None:
    with pytest.raises(ValueError, match="anchor_rating must be finite, got nan"):
        fit(BALANCED, anchor_rating=math.nan)


def test_best_first_undefeated_on_top_winless_below_and_the_unknown_last() -> None:
    outcomes = (
        BALANCED + played("u", "b", 1) + played("k", "b", 1) + played("u", "k", 1) + played("b", "w", 1)
    ) + played("x", "w", 1)
    order = [(row.name, row.mark) for row in fit(outcomes).ratings]
    expected = [("u", "undefeated"), ("a", ""), ("b", ""), ("k", "separated"), ("w", "winless"), ("x", "separated")]
    assert order == expected


def test_equal_ratings_sort_by_name_and_not_by_rounding_noise() -> None:
    twins = [game for twin in "bc" for game in played("z", twin, 1, 5, 8) + played(twin, "a", 1, 5, 8)]
    table = fit(twins + played("b", "c", 1, 0, 1) + played("c", "b", 1, 0, 1))
    assert rows(table)["b"].rating == pytest.approx(rows(table)["c"].rating, abs=1e-9)
    assert [row.name for row in table.ratings] == ["a", "b", "c", "z"]


@settings(deadline=None)
@given(games, st.randoms())
def test_the_order_of_the_games_does_not_matter(outcomes: list[Outcome], random) -> None:
    assert fit(random.sample(outcomes, len(outcomes))) == fit(outcomes)


@settings(deadline=None)
@given(games, st.permutations("uvwxyz"))
def test_nor_do_the_names(outcomes: list[Outcome], renamed: list[str]) -> None:
    """Names break ties only: made connected, every entrant keeps its numbers under any other name."""
    ring = [Outcome(one, other, 1.0) for one, other in zip("abcdef", "bcdefa", strict=True)]
    new = dict(zip("abcdef", renamed, strict=True))
    before = fit(outcomes + ring)
    after = rows(fit([Outcome(new[game.first], new[game.second], game.score) for game in outcomes + ring]))
    for row in before.ratings:
        other = after[new[row.name]]
        expected = pytest.approx((row.rating, row.low, row.high), abs=1e-5)
        assert (other.rating, other.low, other.high) == expected and other.mark == row.mark == ""


@settings(deadline=None)
@given(games)
def test_turning_every_result_round_turns_the_table_round(outcomes: list[Outcome]) -> None:
    """Names break ties of who is the core in both tables alike, so every number is reflected at the mean."""
    turned = rows(fit([Outcome(game.first, game.second, 1.0 - game.score) for game in outcomes]))
    reflected = {"undefeated": "winless", "winless": "undefeated", "separated": "separated", "": ""}
    for row in fit(outcomes).ratings:
        other = turned[row.name]
        assert other.mark == reflected[row.mark]
        for ours, theirs in ((row.rating, other.rating), (row.low, other.high), (row.high, other.low)):
            assert (ours is None) is (theirs is None)
            assert ours is None or ours - 1500 == pytest.approx(1500 - theirs, abs=1e-5)


@settings(deadline=None)
@given(games)
def test_every_table_keeps_its_word(outcomes: list[Outcome]) -> None:
    table = fit(outcomes)
    assert {row.name for row in table.ratings} == {name for game in outcomes for name in (game.first, game.second)}
    for row in table.ratings:
        results = [g.score if g.first == row.name else 1 - g.score for g in outcomes if row.name in (g.first, g.second)]
        assert row.mark != "undefeated" or 0 not in results
        assert row.mark != "winless" or 1 not in results
        if row.mark == "":
            assert row.low < row.rating < row.high
        else:
            assert None in (row.low, row.high) and all(x is None or math.isfinite(x) for x in (row.low, row.high))
        if row.rating is None and row.mark != "separated":
            assert (row.high, row.low)[row.mark == "winless"] is None
            assert (row.low, row.high)[row.mark == "winless"] is not None
    for pool in {row.pool for row in table.ratings}:
        rated = [row.rating for row in table.ratings if row.pool == pool and row.rating is not None]
        assert sum(rated) / len(rated) == pytest.approx(1500.0)


def test_nothing_heavy_is_imported_with_the_package() -> None:
    """scipy and elo are imported by the functions that need them."""
    (folder,) = map(Path, arena.ratings.__path__)
    files = sorted(folder.glob("*.py"))
    assert len(files) >= 5
    for file in files:
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not {name.split(".")[0] for name in modules} & {"scipy", "elo"}, file.name
