import csv
import io
import os
import re
import sys
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from arena.errors import ArenaError
from arena.ratings import Interval
from tournaments.board import Board, Standing
from tournaments.facts import all_facts, facts, matches
from tournaments.report import print_board, print_facts, rating_text, remarks, write_csv
from tournaments.returns import decimals


class Terminal(io.StringIO):
    """Takes what a terminal would be sent."""

    encoding = "utf-8"

    def isatty(self):
        return True


def standing(entrant="a", **fields):
    known = {"rank": 1, "entrant": entrant, "rating": 1500.4, "low": 1400.2, "high": 1600.6, "games": 40, "wins": 20}
    known |= {"draws": 5, "losses": 15, "score": 0.5625, "mark": "", "pool": 0, "distinct_games": 40}
    known |= {"few_games": False, "forfeits": 0, "identity": f"{entrant}-identity"}
    return Standing(**{**known, **fields})


UNDEFEATED = {"rating": None, "low": 1830.2, "high": None, "mark": "undefeated"}
CONVENTION = {"rating": 1500.0, "low": None, "high": None, "mark": "undefeated", "estimated": False}
WINLESS = {"rating": None, "low": None, "high": 1112.7, "mark": "winless"}


def board(*standings, **fields):
    return Board(
        **{"game": "toy", "version": "1", "matches": 60, "rating": "bradley-terry", "standings": standings, **fields}
    )


def printed(capsys, made):
    print_board(made)
    return capsys.readouterr()


def test_the_table_shows_rating_interval_and_counts(capsys):
    out = printed(capsys, board(standing("mcts:simulations=200"))).out
    assert "toy: 60 matches" in out
    row = next(line for line in out.splitlines() if "mcts" in line)
    assert row.split() == [
        "1",
        "mcts:simulations=200",
        "1500",
        "1400",
        "..",
        "1601",
        "40",
        "20",
        "5",
        "15",
        "56.2",
        "%",
    ]


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, "1500"),
        (UNDEFEATED, "≥ 1830"),
        (WINLESS, "≤ 1113"),
        ({"rating": None, "low": None, "high": None, "mark": "separated"}, ""),
        ({"rating": 1500.0, "low": None, "high": None, "mark": "undefeated"}, "1500"),
        (CONVENTION, "(1500)"),
    ],
)
def test_a_rating_that_is_not_finite_is_a_bound_never_a_huge_number(fields, text):
    assert rating_text(standing(**fields)) == text


def test_a_terminal_without_the_signs_gets_plain_ones(monkeypatch):
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    assert rating_text(standing(**UNDEFEATED)) == ">= 1830"
    assert rating_text(standing(**WINLESS)) == "<= 1113"


def test_marks_and_forfeits_are_words(capsys):
    out = printed(capsys, board(standing(**UNDEFEATED, forfeits=3))).out
    assert "undefeated, 3 forfeited" in out


def test_without_intervals_there_is_no_column_for_them(capsys):
    out = printed(capsys, board(standing(low=None, high=None), rating="elo")).out
    assert "interval" not in out


def test_distinct_games_have_a_column_only_where_some_are_repeated(capsys):
    assert "distinct" not in printed(capsys, board(standing())).out
    assert "distinct" in printed(capsys, board(standing(), standing("b", distinct_games=7))).out


MANY = (
    standing("mcts:simulations=200", rating=1501.0, games=1000, wins=400, draws=300, losses=300, distinct_games=900),
    standing("mcts:simulations=50,c=2.0", rating=-1499.0, low=-1400.0, high=-1600.0, mark="undefeated", score=1.0),
    standing("runs/somewhere/far/away", **UNDEFEATED, forfeits=3),
)


PAID = (
    standing("mcts:simulations=200", mean_return=0.9149, return_low=-0.1, return_high=1.9298, distinct_games=30),
    standing("runs/somewhere/far/away", mean_return=-12.0, return_low=-12.9, return_high=-11.1),
    standing("once", mean_return=-0.001),
    standing("idle", games=0, mark="no games", rating=None, low=None, high=None, pool=None),
)


def test_returns_have_a_column_only_where_they_say_more_than_ranks(capsys):
    assert "return" not in "".join(printed(capsys, board(*PAID)))
    captured = printed(capsys, board(*PAID, payoffs=True))
    assert "95 % interval mean return games" in " ".join(captured.out.split())
    for text in ("+0.9 ± 1.0 ", " -12.0 ± 0.9 ", " +0.0 "):
        assert text in captured.out
    assert "Mean returns are shown ± the half-width of their 95 % interval." in captured.err


@pytest.mark.parametrize(
    ("ends", "digits"), [((), 2), ((1.0, 1.0), 2), ((3.0, 3.5), 2), ((0, 60), 0), ((0, 400), 0), ((0, 1e-9), 6)]
)
def test_means_are_shown_as_exactly_as_they_are_known(ends, digits):
    known = dict(zip(("return_low", "return_high"), ends, strict=False))
    assert decimals([standing(mean_return=1.0, **known)]) == digits


TEAM = {"rating": None, "low": None, "high": None, "mark": "team game", "pool": None, "estimated": False}


def test_a_team_game_has_scores_and_no_ratings(capsys):
    best = standing("a", **TEAM, mean_return=3.2, return_low=2.94, return_high=3.46, distinct_games=30)
    worst = standing("b", **TEAM, rank=2, mean_return=-0.5, forfeits=2)
    captured = printed(capsys, board(best, worst, rating="mean return", payoffs=True))
    assert [line.split() for line in captured.out.splitlines() if line][1::2] == [
        ["rank", "entrant", "mean", "return", "95", "%", "interval", "games", "distinct"],
        ["1", "a", "+3.20", "2.94", "..", "3.46", "40", "30"],
    ]
    assert "-0.50                  40       40 2 forfeited" in captured.out
    assert captured.err == (
        "In a team game every seat gets the team's score: "
        "entrants are ranked by the mean score of the teams they played in.\n"
    )


def test_the_remarks_of_a_team_game_name_few_games_and_an_anchor_that_holds_nothing():
    few = standing(**TEAM, mean_return=1.0, few_games=True, distinct_games=7)
    lines = remarks(board(few, rating="mean return", anchor="a"))
    assert lines[1:] == [
        "There is no rating to anchor at a.",
        "Fewer than 30 distinct games: a (7). Take their means as rough.",
    ]


@pytest.mark.parametrize("made", [board(*PAID, payoffs=True), board(*PAID, rating="mean return")])
def test_at_80_columns_returns_are_not_folded(made, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    terminal = Terminal()
    with redirect_stdout(terminal):
        print_board(made)
    lines = re.sub(r"\x1b\[[0-9;]*m", "", terminal.getvalue()).splitlines()
    assert max(map(len, lines)) <= 80
    for whole in ("mean return", "-12.0 ± 0.9" if made.payoffs else "-12.9 .. -11.1"):
        assert any(whole in line for line in lines)


def test_at_80_columns_only_names_and_words_are_folded(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    terminal = Terminal()
    with redirect_stdout(terminal):
        print_board(board(*MANY))
    lines = re.sub(r"\x1b\[[0-9;]*m", "", terminal.getvalue()).splitlines()
    assert max(map(len, lines)) <= 80
    assert "…" not in "".join(lines)
    for whole in ("95 % interval", "rating", "distinct", "1400 .. 1601", "-1400 .. -1600", "1501", "1000", "56.2 %"):
        assert any(whole in line for line in lines)
    folded = "".join(line[5:].split(" ")[0] for line in lines[3:])
    for one in MANY:
        assert one.entrant in folded


def test_facts_are_folded_under_themselves_and_empty_ones_left_out(monkeypatch):
    monkeypatch.setenv("COLUMNS", "28")
    terminal = Terminal()
    with redirect_stdout(terminal):
        print_facts({"id": "aaaa1111", "name": "", "move_time": None, "seed": 0, "entrants": ["random", "[red]:bomb:"]})
    lines = [line.rstrip() for line in terminal.getvalue().splitlines()]
    assert lines == ["id         aaaa1111", "seed       0", "entrants   random,", "           [red]:bomb:", ""]


def test_groups_have_a_column_only_where_there_are_several(capsys):
    assert "group" not in printed(capsys, board(standing())).out
    out = printed(capsys, board(standing(), standing("b", pool=1), standing("c", pool=None, games=0))).out
    assert [line.split()[:3] for line in out.splitlines() if "1500" in line] == [
        ["1", "1", "a"],
        ["2", "1", "b"],
        ["1", "c", "1500"],
    ]


def test_remarks_go_to_stderr(capsys):
    captured = printed(capsys, board(standing()))
    assert captured.err == "Bradley-Terry ratings; the mean of the rated is 1500.\n"


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (
            board(standing(), rating="elo"),
            "Online Elo ratings, which have no intervals; the mean of the rated is 1500.",
        ),
        (board(standing(), anchor="a", anchored=True), "Bradley-Terry ratings; a is 1500 by definition."),
        (
            board(standing(), anchor="a"),
            "a cannot be the anchor, having no finite rating itself: the mean of the rated",
        ),
        (board(first_mover=Interval(35.2, -10.4, 80.6)), "Moving first is worth +35 Elo (95 %: -10 .. +81)."),
        (board(standing(**CONVENTION)), "(1500): holds the scale of its group, not an estimate."),
        (board(standing(), standing("b", pool=1)), "2 groups of entrants never met: ratings compare only within one"),
        (
            board(standing(**UNDEFEATED), standing("b", **WINLESS)),
            "Entrants marked undefeated or winless have no finite",
        ),
        (board(standing(few_games=True, distinct_games=7)), "Fewer than 30 distinct games: a (7)."),
        (
            board(*(standing(name, few_games=True, distinct_games=2) for name in "abcdefg")),
            "Fewer than 30 distinct games: a (2), b (2), c (2), d (2), e (2) and 2 more.",
        ),
    ],
)
def test_what_could_be_misread_is_said(made, text):
    assert any(text in line for line in remarks(made))


def test_an_entrant_without_games_has_no_few_games():
    idle = standing(games=0, few_games=True, mark="no games", rating=None, low=None, high=None, pool=None)
    assert len(remarks(board(idle))) == 1


def test_the_csv_file_holds_the_rows_of_json():
    made = board(standing("a,b"), standing("ä", **UNDEFEATED))
    write_csv(made, Path("out.csv"))
    with Path("out.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["entrant"] for row in rows] == ["a,b", "ä"]
    assert list(rows[0]) == list(made.as_json()[0])
    assert (rows[0]["rating"], rows[1]["rating"], rows[1]["low"]) == ("1500.4", "", "1830.2")


def test_the_csv_file_holds_mean_returns():
    write_csv(board(PAID[0]), Path("out.csv"))
    with Path("out.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["mean_return"], row["return_low"], row["return_high"]) == ("0.9149", "-0.1", "1.9298")


def test_a_csv_file_that_cannot_be_written_is_named():
    with pytest.raises(ArenaError, match=r"^cannot write no/where\.csv: No such file or directory$"):
        write_csv(board(), Path("no/where.csv"))
    assert not os.listdir()  # noqa: PTH208  # names are all that matters


def test_facts_of_a_tournament(make_tournament):
    tournament = make_tournament(name="cup", planned=6, move_time=0.5)
    assert facts(tournament, 5) == {
        "id": "aaaa1111",
        "name": "cup",
        "game": "toy",
        "planned": 6,
        "played": 5,
        "state": "unfinished",
    }
    told = all_facts(tournament, 6)
    assert (told["state"], told["move_time"], told["entrants"]) == ("finished", 0.5, ["a", "b"])


def test_one_match_is_not_matches():
    assert (matches(1), matches(0), matches(12_345)) == ("1 match", "0 matches", "12,345 matches")
