"""Tables and JSON."""

import json
import math

import pytest

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
