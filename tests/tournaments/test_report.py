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
from tournaments.facts import all_facts, facts, matches
from tournaments.report import print_board, print_facts, rating_text, remarks, write_csv
from tournaments.standings import Board, Standing


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
