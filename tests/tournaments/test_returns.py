"""How much entrants got: means, intervals and what team games make of them."""

import json
from dataclasses import replace

import pytest
from typer.testing import CliRunner

import tournaments
from arena.errors import UsageError
from tournaments.cli import leaderboard, tournament
from tournaments.facts import Played
from tournaments.returns import beyond_ranks, margins
from tournaments.standings import board, leaderboard_of

Z = 1.959963984540054


def played(identities, returns, story):
    return Played(tuple(identities), (1, 1), returns, (), "finished", story)


def by_label(made):
    return {one.entrant: one for one in made.standings}


@pytest.mark.parametrize(
    ("returns", "beyond"), [((1, -1), False), ((0.0, 0.0), False), ((0.5, -0.5), True), ((2, 0), True)]
)
def test_returns_say_more_than_ranks_where_one_is_not_a_win_a_draw_or_a_loss(returns, beyond):
    assert beyond_ranks([played("ab", (1.0, -1.0), "s"), played("ab", returns, "t")]) is beyond
    assert not beyond_ranks([])


def test_the_interval_is_that_of_the_sample_a_repeated_game_counted_once():
    repeated = [played("ab", (4, 0), "s")] * 9
    varied = [played("ba", (1, 2), "s"), played("ba", (3, 6), "t")]
    found = margins(repeated + varied)
    assert found["a"] == pytest.approx(Z * 2 / 3**0.5)  # of 4, 2, 6: standard deviation 2
    assert found["b"] == pytest.approx(Z * (7 / 3) ** 0.5 / 3**0.5)  # of 0, 1, 3
    assert margins(repeated) == {"a": None, "b": None}


GAMES = [("a", "b", 1, (1,)), ("a", "b", 0, (2,)), ("b", "c", 1, (3,)), ("c", "a", 1, (4,))]
RETURNS = [(5, 1), (-1, 3), (8, -2), (4, 2)]


def test_every_row_has_its_mean_return_with_an_interval(store, plant):
    plant(GAMES, returns=RETURNS)
    made = board(store)
    rows = by_label(made)
    assert {name: row.mean_return for name, row in rows.items()} == {"a": 2, "b": 4, "c": 1}
    a, c = rows["a"], rows["c"]
    assert (a.return_low, a.return_high) == pytest.approx((2 - Z * 3**0.5, 2 + Z * 3**0.5))  # of 5, -1, 2
    assert (c.return_low, c.return_high) == pytest.approx((1 - Z * 3, 1 + Z * 3))  # of -2, 4
    assert (made.payoffs, made.rating, made.team) == (True, "bradley-terry", False)
    assert by_label(board(store, rating="elo"))["a"].return_low == a.return_low


def test_a_mean_of_one_game_has_no_interval_and_a_void_match_no_return(store, plant):
    plant(GAMES[:2], returns=[(5, 1), (99, 99)])
    with store._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE matches SET ending = 'void' WHERE ordinal = 1")
    (row, _) = board(store).standings
    assert (row.mean_return, row.return_low, row.return_high) == (5, None, None)


def test_games_that_are_won_drawn_and_lost_show_no_returns(store, plant):
    plant(GAMES)
    assert not board(store).payoffs
    assert by_label(board(store))["a"].mean_return == pytest.approx(-1 / 3)


TEAM = [(3, 3), (6, 6), (9, 9), (0, 0)]


def test_a_team_game_is_ranked_by_mean_score_whatever_rating_is_asked_for(store, plant):
    plant(GAMES, returns=TEAM, cooperative=True)
    made = board(store)
    assert [(row.rank, row.entrant, row.mean_return) for row in made.standings] == [
        (1, "b", 6),
        (2, "c", 4.5),
        (3, "a", 3),
    ]
    assert {(row.rating, row.low, row.high, row.mark, row.pool, row.estimated) for row in made.standings} == {
        (None, None, None, "team game", None, False)
    }
    assert (made.team, made.rating, made.first_mover) == (True, "mean return", None)
    assert board(store, rating="elo") == made
    assert replace(board(store, anchor="a"), anchor=None) == made
    with pytest.raises(UsageError, match="no entrant 'd' to anchor at"):
        board(store, anchor="d")


def test_equal_team_scores_share_a_rank_and_the_idle_come_last(store, plant, make_tournament):
    known = plant(GAMES[:2], returns=[(0.1, 0.1), (0.2, 0.2)], cooperative=True)
    late = make_tournament(labels=("idle", "b", "a"), cooperative=True)
    made = leaderboard_of(store, replace(known, participants=late.participants))
    assert [(row.rank, row.entrant, row.mark) for row in made.standings] == [
        (1, "a", "team game"),
        (1, "b", "team game"),
        (3, "idle", "no games"),
    ]


def test_a_team_game_without_a_match_is_one_already(store, make_tournament):
    known = make_tournament(cooperative=True)
    store.add_tournament(known, [])
    made = leaderboard_of(store, known)
    assert made.team
    assert [(row.rank, row.mark) for row in made.standings] == [(1, "no games")] * 2


@pytest.fixture
def team(auction):
    """The id of a tournament that was played by a team which always agrees."""
    auction(cooperative=True)
    return tournaments.run("auction", ["always:number=1", "always:number=1"], rounds=2)["id"]


def test_what_is_cooperative_is_kept_and_every_command_tells_of_it(team):
    run = CliRunner().invoke
    shown = run(tournament, ["show", team])
    assert "mean return" in shown.stdout
    assert "rating" not in shown.stdout
    table = json.loads(run(tournament, ["show", team, "--json"]).stdout)["table"]
    assert table == json.loads(run(leaderboard, ["--json"]).stdout)
    assert [(row["mark"], row["mean_return"], row["rank"]) for row in table] == [("team game", 0, 1)] * 2
    assert run(leaderboard, ["--plot", "a.svg", "--csv", "a.csv"]).exit_code == 0
    resumed = run(tournament, ["resume", team]).stdout
    assert "mean return" in resumed


def test_rps_in_rounds_shows_how_much_was_won():
    id = tournaments.run("rps:max_cycles=3", ["random", "first"], rounds=4)["id"]
    assert "mean return" in CliRunner().invoke(tournament, ["show", id]).stdout
    id = tournaments.run("tictactoe", ["random", "first"], rounds=4)["id"]
    assert "mean return" not in CliRunner().invoke(tournament, ["show", id]).stdout
