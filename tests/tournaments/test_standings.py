import dataclasses
import itertools

import pytest

import tournaments
from arena.errors import ArenaError, UsageError
from arena.ratings import Outcome, fit, online_elo
from tournaments.standings import board, leaderboard_of

numbers = itertools.count()


def games(first, second, wins=0, draws=0, losses=0):
    """Games of which no two are equal."""
    scores = [1] * wins + [0.5] * draws + [0] * losses
    return [(first, second, score, (next(numbers),)) for score in scores]


THREE = [*games("a", "b", 6, 2, 2), *games("b", "a", 3, 1, 6), *games("b", "c", 7, 1, 2), *games("a", "c", 8, 1, 1)]


def by_label(rows):
    return {row["entrant"]: row for row in rows}


def test_ratings_are_those_of_the_fit(store, plant):
    plant(THREE)
    rows = board(store).as_json()
    fitted = fit(Outcome(first, second, score) for first, second, score, _ in THREE)
    assert [row["entrant"] for row in rows] == [rating.name for rating in fitted.ratings] == ["a", "b", "c"]
    for row, rating in zip(rows, fitted.ratings, strict=True):
        assert (row["rating"], row["low"], row["high"]) == pytest.approx((rating.rating, rating.low, rating.high))
        assert (row["mark"], row["pool"]) == ("", 0)
    assert [row["rank"] for row in rows] == [1, 2, 3]


def test_counts_are_of_all_stored_games(store, plant):
    plant(THREE)
    a = by_label(board(store).as_json())["a"]
    assert (a["games"], a["wins"], a["draws"], a["losses"]) == (30, 20, 4, 6)
    assert a["score"] == 22 / 30
    assert (a["distinct_games"], a["few_games"], a["forfeits"]) == (30, False, 0)
    assert by_label(board(store).as_json())["c"]["few_games"]


def test_online_elo_follows_the_schedule_and_has_no_intervals(store, plant):
    plant(THREE[15:], "later", created="2026-01-02")
    plant(THREE[:15], "first", created="2026-01-01")
    rows = by_label(board(store, rating="elo").as_json())
    elo = online_elo(Outcome(first, second, score) for first, second, score, _ in THREE)
    assert {name: row["rating"] for name, row in rows.items()} == pytest.approx(elo)
    assert {(row["low"], row["high"]) for row in rows.values()} == {(None, None)}


@pytest.mark.parametrize("rating", ["bradley-terry", "elo"])
def test_the_anchor_is_1500_and_the_differences_stay(store, plant, rating):
    plant(THREE)
    free = by_label(board(store, rating=rating).as_json())
    held_board = board(store, rating=rating, anchor="b")
    held = by_label(held_board.as_json())
    assert held["b"]["rating"] == 1500
    assert held["a"]["rating"] - 1500 == pytest.approx(free["a"]["rating"] - free["b"]["rating"])
    assert (held_board.anchor, held_board.anchored) == ("b", True)


def test_an_anchor_without_a_finite_rating_is_said_to_hold_nothing(store, plant):
    plant([*THREE, *games("god", "a", 5)])
    made = board(store, anchor="god")
    assert (made.anchor, made.anchored) == ("god", False)


def test_an_unknown_anchor_is_wrong_use(store, plant):
    plant([*games("random", "first", 2, 1, 1)])
    with pytest.raises(UsageError) as caught:
        board(store, anchor="randon")
    assert str(caught.value) == ("no entrant 'randon' to anchor at. Did you mean 'random'? There are: first, random")


def test_those_that_never_lost_or_won_get_a_bound_and_a_word(store, plant):
    plant([*THREE, *games("a", "god", 0, 0, 5), *games("a", "worm", 5)])
    rows = by_label(board(store).as_json())
    assert (rows["god"]["rating"], rows["god"]["high"], rows["god"]["mark"]) == (None, None, "undefeated")
    assert (rows["worm"]["rating"], rows["worm"]["low"], rows["worm"]["mark"]) == (None, None, "winless")
    assert rows["god"]["low"] > rows["a"]["rating"]
    assert rows["worm"]["high"] < rows["a"]["rating"]
    assert next(iter(rows)) == "god"
    assert list(rows)[-1] == "worm"


@pytest.mark.parametrize("anchor", [None, "god"])
def test_a_rating_that_only_holds_the_scale_is_said_to_be_no_estimate(store, plant, anchor):
    plant(games("god", "worm", 5))
    rows = by_label(board(store, anchor=anchor).as_json())
    (holder,) = [row for row in rows.values() if row["rating"] is not None]
    assert (holder["rating"], holder["low"], holder["high"], holder["estimated"]) == (1500, None, None, False)
    assert not any(row["estimated"] for row in rows.values())


def test_estimates_are_marked_as_such(store, plant):
    plant([*THREE, *games("a", "god", 0, 0, 5)])
    rows = by_label(board(store).as_json())
    assert {name: row["estimated"] for name, row in rows.items()} == {"a": True, "b": True, "c": True, "god": False}
    assert all(row["estimated"] for row in board(store, rating="elo").as_json())


def test_where_all_move_at_once_nobody_moves_first(store, plant):
    plant(THREE, "1111aaaa", created="2026-01-01")
    assert board(store).first_mover is not None
    plant(games("a", "b", 1), "2222bbbb", created="2026-01-02", simultaneous=True)
    made = board(store)
    assert made.first_mover is None
    fitted = fit((Outcome(*game[:3]) for game in [*THREE, ("a", "b", 1, ())]), advantage=False)
    assert [one.rating for one in made.standings] == pytest.approx([one.rating for one in fitted.ratings])


def test_a_finite_rating_without_a_loss_or_a_win_is_marked_too(store, plant):
    plant([*games("a", "b", 5, 1), *games("b", "a", 0, 1, 5), *games("b", "c", 5, 1), *games("c", "b", 0, 1, 5)])
    rows = by_label(board(store).as_json())
    assert [rows[name]["mark"] for name in "abc"] == ["undefeated", "", "winless"]
    assert None not in (rows["a"]["rating"], rows["a"]["high"], rows["c"]["low"])


def test_groups_that_never_met_are_ranked_apart(store, plant):
    plant([*THREE, *games("x", "y", 2, 1, 1)])
    rows = board(store).as_json()
    assert [(row["pool"], row["rank"], row["entrant"]) for row in rows] == [
        (0, 1, "a"),
        (0, 2, "b"),
        (0, 3, "c"),
        (1, 1, "x"),
        (1, 2, "y"),
    ]


def test_one_game_repeated_is_one_observation_however_often_it_was_stored(store, plant):
    once = [("a", "b", 1, (1, 2)), ("b", "a", 1, (3, 4)), ("a", "b", 0, (9,))]
    plant(once[:2], game="few")
    plant([game for game in once[:2] for _ in range(200)], "many1111", game="many")
    few, many = (board(store, game).as_json() for game in ("few", "many"))
    assert [(row["rating"], row["low"], row["high"]) for row in few] == [
        (row["rating"], row["low"], row["high"]) for row in many
    ]
    assert [(row["games"], row["distinct_games"], row["few_games"]) for row in many] == [(400, 2, True)] * 2


def test_a_void_match_is_not_there(store, plant, make_record):
    tournament = plant([("a", "b", 1, (1,)), ("a", "b", 0, (2,))])
    with store._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE matches SET ending = 'void' WHERE ordinal = 1")
    made = leaderboard_of(store, tournament)
    assert made.matches == 1
    assert [row["games"] for row in made.as_json()] == [1, 1]


def test_a_tournament_without_a_match_shows_its_entrants(store, make_tournament):
    tournament = make_tournament()
    store.add_tournament(tournament, [])
    rows = leaderboard_of(store, tournament).as_json()
    assert [(row["entrant"], row["mark"], row["rating"], row["pool"]) for row in rows] == [
        ("a", "no games", None, None),
        ("b", "no games", None, None),
    ]


def test_one_tournament_is_rated_by_its_own_matches(store, plant):
    plant(THREE, "1111aaaa")
    plant(games("a", "b", 0, 0, 9), "2222bbbb")
    rows = by_label(board(store, tournament="2222bbbb").as_json())
    assert set(rows) == {"a", "b"}
    assert rows["a"]["games"] == 9
    assert by_label(board(store, "toy", tournament="2222bbbb").as_json()) == rows
    with pytest.raises(UsageError, match="tournament 2222bbbb is of toy, not of tictactoe"):
        board(store, "tictactoe", tournament="2222bbbb")


SAME_LABEL = {"old": "runs/q", "new": "runs/q"}


def test_a_retrained_run_never_mixes_with_its_former_self(store, plant):
    plant([*games("old", "random", 1, 1, 8), *games("new", "random", 8, 1, 1)], labels=SAME_LABEL)
    rows = by_label(board(store, "toy").as_json())
    assert set(rows) == {"runs/q@old-id", "runs/q@new-id", "random"}
    assert rows["runs/q@new-id"]["rating"] > rows["random"]["rating"] > rows["runs/q@old-id"]["rating"]


def test_a_label_is_plain_where_its_namesake_played_another_game(store, plant):
    plant(games("old", "random", 1, 1, 8), "1111aaaa", game="one", labels=SAME_LABEL)
    plant(games("new", "random", 8, 1, 1), "2222bbbb", game="two", labels=SAME_LABEL)
    assert set(by_label(board(store, "two").as_json())) == {"runs/q", "random"}


def test_the_only_game_need_not_be_named(store, plant):
    plant(THREE)
    assert (board(store).game, board(store).version, board(store).matches) == ("toy", "1", 40)


def test_of_several_games_one_must_be_named(store, plant):
    plant(THREE, "1111aaaa")
    plant(THREE, "2222bbbb", game="other:a=1")
    with pytest.raises(UsageError) as caught:
        board(store)
    assert str(caught.value) == "sqlite:///arena.db holds several games: name one of other:a=1, toy"
    assert board(store, "other:a=1").game == "other:a=1"


def test_versions_of_a_game_never_mix_and_the_one_played_last_is_shown(store, plant):
    plant(THREE, "1111aaaa", game_version="1")
    plant(games("a", "b", 1, 1, 0) * 50, "2222bbbb", game_version="2")
    assert (board(store, "toy").version, board(store).matches) == ("2", 100)
    assert board(store, "toy@1").matches == 40


def test_an_unknown_game_is_answered_with_the_nearest(store, plant):
    plant(THREE)
    with pytest.raises(UsageError, match=r"no game 'tictactoo'\. Did you mean 'tictactoe'"):
        board(store, "tictactoo")


def test_a_game_that_was_not_played_is_said_not_to_be_there(store, plant):
    with pytest.raises(ArenaError, match=r"^nothing was played in sqlite:///arena\.db yet"):
        board(store)
    plant(THREE)
    with pytest.raises(ArenaError) as caught:
        board(store, "rps:max_cycles=4")
    assert str(caught.value) == "nothing was played of rps:max_cycles=4 in sqlite:///arena.db yet; there is: toy"


def test_a_default_option_spelt_out_is_the_same_game(store, plant):
    plant(THREE, game="rps", game_version="2")
    assert board(store, "rps:max_cycles=15").game == "rps"


def test_an_unknown_rating_is_answered_with_the_nearest(store, plant):
    plant(THREE)
    with pytest.raises(UsageError) as caught:
        board(store, rating="bradly-terry")
    assert str(caught.value) == (
        "no rating 'bradly-terry'. Did you mean 'bradley-terry'? There are: bradley-terry, elo"
    )


def test_the_leaderboard_from_python_is_what_json_prints(store, plant):
    plant(THREE)
    rows = tournaments.leaderboard("toy")
    assert rows == board(store, "toy").as_json()
    assert rows == tournaments.leaderboard(store="arena.db", tournament="aaaa1111")
    assert list(rows[0])[:9] == ["rank", "entrant", "rating", "low", "high", "games", "wins", "draws", "losses"]


def test_a_row_is_a_value(store, plant):
    plant(THREE)
    with pytest.raises(dataclasses.FrozenInstanceError):
        board(store).standings[0].rating = 3000
