"""Tables and JSON."""

import io
import json
import math

import pytest
from rich.console import Console

from arena.cli import common, output
from arena.errors import UsageError, did_you_mean


class TestJson:
    def test_numbers_that_json_does_not_know_become_null(self, capsys):
        output.print_json({"a": [1.5, math.nan, -math.inf], "b": (1, None), 3: "ü"})
        assert json.loads(capsys.readouterr().out) == {"a": [1.5, None, None], "b": [1, None], "3": "ü"}

    def test_what_is_no_json_is_an_error_not_a_guess(self):
        with pytest.raises(TypeError):
            output.print_json({"a": object()})


class TestTable:
    def test_columns_are_aligned_and_none_is_empty(self, capsys):
        output.print_table(["name", ">games"], [("mcts", 7), ("a long name", 1234), ("odd", None)], "title")
        lines = [line.rstrip() for line in capsys.readouterr().out.splitlines() if line.strip()]
        assert lines[0] == "title"
        right = {len(line) for line in (lines[3], lines[4])}
        assert len(right) == 1
        assert lines[5].strip() == "odd"

    def test_markup_in_names_is_text(self, capsys):
        output.print_table(["name"], [("[red]mcts[/red]",)])
        assert "[red]mcts[/red]" in capsys.readouterr().out

    def test_nothing_is_cut_where_the_output_is_no_terminal(self, capsys):
        name = "mcts(" + "x" * 120 + ")"
        output.print_table(["entrant"], [(name,)])
        assert name in capsys.readouterr().out

    def test_one_space_parts_the_columns(self, capsys):
        output.print_table(["name", ">games"], [("mcts", 12345)])
        assert "mcts 12345" in capsys.readouterr().out

    def test_nothing_is_read_as_markup_or_as_a_picture(self, capsys):
        output.stdout().print("[red] :bomb:")
        output.print_table(["[red]"], [(":bomb:",)], "[bold]:bomb:")
        assert capsys.readouterr().out.split() == ["[red]", ":bomb:", "[bold]:bomb:", "[red]", "─" * 6, ":bomb:"]


NARROW = (
    ["id", ">games", "entrant", "interval", "settings"],
    [("1a2b3c4d", 12345, "mcts:" + "x" * 40, "1432 .. 1571", "a=1, b=2, " * 9)],
)


def lines_at(width, *arguments):
    console = Console(width=width, file=io.StringIO(), markup=False)
    console.print(output.table(*arguments))
    return console.file.getvalue().splitlines()


class TestNarrow:
    def test_only_long_texts_fold_and_nothing_is_cut(self):
        lines = lines_at(80, *NARROW)
        assert max(map(len, lines)) <= 80
        assert lines[2].startswith("1a2b3c4d 12345 mcts:xxx")
        assert "1432 .. 1571" in lines[2]
        assert "".join(lines).count("x") == 40
        assert "".join(lines).count("b=2,") == 9

    @pytest.mark.parametrize("width", [15, 25, 35, 45, 60])
    def test_where_room_is_short_all_of_it_is_still_there(self, width):
        lines = lines_at(width, *NARROW)
        assert max(map(len, lines)) <= width
        text = "".join("".join(lines).split())
        assert "…" not in text
        assert (text.count("x"), text.count("b"), text.count("=")) == (40, 10, 18)

    def test_words_and_numbers_are_broken_later_than_long_names(self):
        rows = [("runs/" + "x" * 40, 12345, "undefeated, 3 forfeited", "1432 .. 1571")]
        lines = lines_at(45, ["entrant", ">games", "", ">interval"], rows)
        assert any("undefeated," in line for line in lines)
        assert any("12345" in line and "1432 .. 1571" in line for line in lines)

    def test_a_title_is_not_broken_by_a_narrow_table(self):
        assert lines_at(80, ["a"], [(1,)], "a title longer than the table")[0] == "a title longer than the table"


class TestNumbers:
    @pytest.mark.parametrize("value", [0, -1, float("inf"), float("nan")])
    def test_at_least(self, value):
        with pytest.raises(UsageError, match="--games must be at least 1, not"):
            common.at_least("games", value, 1)

    def test_what_was_not_given_passes(self):
        common.at_least("games", None, 1)


@pytest.mark.parametrize(
    ("name", "hint"), [("mtcs", " Did you mean 'mcts'?"), ("", ""), ("zzz", ""), ("randm", " Did you mean 'random'?")]
)
def test_did_you_mean(name, hint):
    assert did_you_mean(name, ["mcts", "random", "minimax"]) == hint
