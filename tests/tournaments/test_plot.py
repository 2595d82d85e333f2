import sys
from pathlib import Path

import pytest

from arena.errors import ArenaError, UsageError
from tournaments.board import Board, Standing
from tournaments.plot import _draw, write_plot


def standing(entrant, rating=None, low=None, high=None, mark="", pool=0, estimated=True, **returns):
    counts = {"games": 40, "wins": 20, "draws": 5, "losses": 15, "score": 0.5, "distinct_games": 40}
    flags = {"few_games": False, "forfeits": 0, "identity": f"{entrant}-identity", "estimated": estimated}
    return Standing(1, entrant, rating, low, high, mark=mark, pool=pool, **counts, **flags, **returns)


ALL_KINDS = (
    standing("top", low=1830, mark="undefeated"),
    standing("mid", 1500, 1400, 1600),
    standing("low", high=1100, mark="winless"),
    standing("far", mark="separated"),
    standing("alone", 1500, mark="undefeated", pool=1),
    standing("idle", mark="no games", pool=None),
)


def board(*standings, rating="bradley-terry"):
    return Board("toy", "1", 60, rating, standings)


@pytest.fixture
def axes():
    from matplotlib.figure import Figure

    return Figure().add_subplot()


@pytest.mark.parametrize("ending", ["png", "svg", "pdf", "PNG"])
@pytest.mark.parametrize("standings", [ALL_KINDS, ALL_KINDS[1:2], ()])
def test_a_picture_is_written_in_the_kind_that_its_ending_names(standings, ending):
    path = Path(f"ratings.{ending}")
    write_plot(board(*standings), path)
    begin = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}[ending.lower()]
    assert path.read_bytes().startswith(begin)


def test_entrants_stand_in_the_order_of_the_table_the_best_on_top(axes):
    _draw(axes, board(*ALL_KINDS))
    labels = {label.get_text(): label.get_position()[1] for label in axes.get_yticklabels()}
    assert list(labels) == ["top", "mid", "low", "far", "alone (group 2)", "idle"]
    assert sorted(labels.values(), reverse=True) == list(labels.values())


def test_the_title_says_what_was_played_and_the_axis_what_is_shown(axes):
    _draw(axes, board(*ALL_KINDS))
    assert axes.get_title(loc="left") == "toy: 60 matches"
    assert axes.get_xlabel() == "Elo, with 95 % intervals; arrows: no finite rating, a 95 % bound"


def test_arrows_are_explained_only_where_there_are_some(axes):
    _draw(axes, board(ALL_KINDS[1]))
    assert axes.get_xlabel() == "Elo, with 95 % intervals"


def test_online_elo_promises_no_intervals(axes):
    _draw(axes, board(standing("a", 1510), rating="elo"))
    assert axes.get_xlabel() == "online Elo"


def test_intervals_bounds_and_words_are_drawn(axes):
    _draw(axes, board(*ALL_KINDS))
    words = {text.get_text() for text in axes.texts}
    assert {"≥ 1830, undefeated", "1500", "≤ 1100, winless", "separated", "no game played"} <= words
    (interval,) = [line for line in axes.lines if list(line.get_xdata()) == [1400, 1600]]
    assert set(interval.get_ydata()) == {-1}
    left, right = axes.get_xlim()
    assert left < 1100
    assert right > 1830


def test_a_rating_that_is_no_estimate_is_a_hollow_point_in_brackets(axes):
    _draw(axes, board(standing("alone", 1500, mark="undefeated", estimated=False), ALL_KINDS[1]))
    assert {text.get_text() for text in axes.texts} == {"(1500), undefeated", "1500"}
    hollow, full = (line.get_fillstyle() for line in axes.lines if line.get_marker() == "o")
    assert (hollow, full) == ("none", "full")


def test_a_team_game_is_drawn_by_its_mean_returns(axes):
    rows = [
        standing("best", mark="team game", pool=None, estimated=False, mean_return=3.0, return_low=2.5, return_high=3.5)
    ]
    rows += [standing("once", mark="team game", pool=None, estimated=False, mean_return=-1.25)]
    rows += [standing("idle", mark="no games", pool=None, estimated=False)]
    _draw(axes, board(*rows, rating="mean return"))
    assert axes.get_xlabel() == "mean return of the entrant's teams, with 95 % intervals"
    assert {text.get_text() for text in axes.texts} == {"+3.00", "-1.25", "no game played"}
    assert [list(line.get_xdata()) for line in axes.lines] == [[2.5, 3.5], [3.0], [-1.25]]


def test_an_unknown_ending_is_wrong_use_and_writes_nothing():
    for name in ("ratings.gif", "ratings.xyz", "ratings"):
        with pytest.raises(UsageError, match=rf"^--plot {name}: the ending must be one of png, svg, pdf$"):
            write_plot(board(*ALL_KINDS), Path(name))
    assert not list(Path().iterdir())


def test_a_folder_that_is_not_there_is_named():
    with pytest.raises(ArenaError, match=r"^cannot write no/a\.png: No such file or directory$"):
        write_plot(board(*ALL_KINDS), Path("no/a.png"))


def test_without_matplotlib_the_error_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ArenaError) as caught:
        write_plot(board(), Path("a.png"))
    assert str(caught.value) == "--plot needs matplotlib: pip install matplotlib"
