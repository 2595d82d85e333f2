"""Payoff tables: two file formats, and one line for everything that can be wrong with a file."""

import copy

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from arena.errors import UsageError
from games.payoffs import Stage, read_stage, stage

PRISONERS = [[[3, 0], [5, 1]], [[3, 5], [0, 1]]]


@pytest.fixture
def write(tmp_path):
    def file(name, text):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    return file


class TestStage:
    def test_a_table_alone_is_the_row_players_of_a_zero_sum_game(self):
        pennies = stage("pennies", [[1, -1], [-1, 1]])
        assert pennies.payoffs.tolist() == [[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]]
        assert pennies.payoffs.dtype == np.float64

    def test_no_negative_zero(self):
        assert "-0.0" not in str(stage("zero", [[0, 1], [0, 0]]).payoffs.tolist())

    def test_actions_without_names_are_numbers(self):
        assert stage("wide", [[1, 2, 3], [4, 5, 6]]).actions == (("0", "1"), ("0", "1", "2"))

    def test_nothing_can_be_written_into_it_and_copies_are_the_same(self):
        made = stage("pd", PRISONERS)
        assert not made.payoffs.flags.writeable
        assert copy.deepcopy(made) is made

    def test_the_digest_is_of_payoffs_and_names(self):
        names = (("a", "b"), ("a", "b"))
        others = [stage("x", [[1, 2], [3, 5]]), stage("x", [[1, 2], [3, 4]], names), stage("x", [[1, 3], [2, 4]])]
        digests = {made.digest for made in [stage("x", [[1, 2], [3, 4]]), *others]}
        assert len(digests) == 4
        assert stage("other", [[1.0, 2.0], [3.0, 4.0]]).digest == stage("x", [[1, 2], [3, 4]]).digest

    @pytest.mark.parametrize(
        ("tables", "names", "complaint"),
        [
            ([1, 2], (), "one row of payoffs is no game"),
            ([[1, 2]], (), "player 0 has a single action"),
            ([[1], [2]], (), "player 1 has a single action"),
            (np.zeros((3, 2, 2)), (), "3 tables nested 2 deep: write one for each player"),
            (np.zeros((2, 2, 2, 2)), (), "2 tables nested 3 deep"),
            ([[1, 2], [3, 4]], (("a", "b"),), "the actions of 1 players are named, the payoffs are for 2"),
            ([[1, 2], [3, 4]], (("a", "b"), ("c",)), "player 1 has 2 actions and 1 names"),
            ([[1, 2], [3, 4]], (("a", "A"), ("c", "d")), "player 0 has two actions called 'a'"),
        ],
    )
    def test_what_is_no_game(self, tables, names, complaint):
        with pytest.raises(ValueError, match=complaint):
            stage("bad", tables, names)


class TestToml:
    def test_zero_sum(self, write):
        read = read_stage(write("pennies.toml", "payoffs = [[1, -1], [-1, 1.5]]"))
        assert read.payoffs.tolist() == [[[1, -1], [-1, 1.5]], [[-1, 1], [1, -1.5]]]
        assert (read.name, read.actions) == ("pennies", (("0", "1"), ("0", "1")))

    def test_one_table_for_each_player_and_names(self, write):
        names = 'players = [["cooperate", "defect"], ["cooperate", "defect"]]'
        read = read_stage(write("pd.toml", f"{names}\npayoffs = {PRISONERS}  # rows are player 0's"))
        assert read.payoffs.tolist() == PRISONERS
        assert read.actions == (("cooperate", "defect"),) * 2

    def test_players_with_different_numbers_of_actions(self, write):
        text = 'players = [["top", "bottom"], ["left", "middle", "right"]]\npayoffs = [[1, 2, 3], [4, 5, 6]]'
        assert read_stage(write("wide.toml", text)).payoffs.shape == (2, 2, 3)

    def test_three_players(self, write):
        tables = np.arange(3 * 2 * 3 * 4).reshape(3, 2, 3, 4)
        read = read_stage(write("three.toml", f"payoffs = {tables.tolist()}"))
        assert np.array_equal(read.payoffs, tables)
        assert [len(names) for names in read.actions] == [2, 3, 4]

    @pytest.mark.parametrize(
        ("text", "complaint"),
        [
            ("payoffs = [[1, 2], [3", "is no TOML: Unclosed array"),
            ("x = = 1", "is no TOML: .*line 1, column 5"),
            ("payoffs = " + "[" * 2000, "too deep"),
            (
                "payoff = [[1, -1], [-1, 1]]",
                "unknown key 'payoff'. Did you mean 'payoffs'\\? The keys: payoffs, players",
            ),
            ('players = [["a", "b"], ["a", "b"]]', "has no key 'payoffs'"),
            ("payoffs = 3", "one row of payoffs is no game"),
            ("payoffs = []", "payoffs is empty"),
            ("payoffs = [[], []]", r"payoffs\[0\] is empty"),
            ("payoffs = [1, 2]", "one row of payoffs is no game"),
            ("payoffs = [[1, 2], [3]]", r"payoffs\[0\] and payoffs\[1\] differ in size \(2 and 1\)"),
            ("payoffs = [[1, 2], 3]", r"differ in size \(2 and a number\)"),
            ("payoffs = [[[1, 2], [3, 4]], [[1, 2], [3]]]", r"payoffs\[1\]\[0\] and payoffs\[1\]\[1\] differ in size"),
            ('payoffs = [[1, "x"], [3, 4]]', r"payoffs\[0\]\[1\]: 'x' is no payoff"),
            ("payoffs = [[1, true], [3, 4]]", r"payoffs\[0\]\[1\]: 'True' is no payoff"),
            ("payoffs = [[1, nan], [3, 4]]", r"payoffs\[0\]\[1\]: 'nan' is no payoff"),
            ("payoffs = [[1, 2], [-inf, 4]]", r"payoffs\[1\]\[0\]: '-inf' is no payoff"),
            (f"payoffs = [[1, 2], [{10**400}, 4]]", r"payoffs\[1\]\[0\]: '1000.*\.\.\.' is no payoff"),
            ("payoffs = [[1, 2], [1e13, 4]]", "write a number from -1e12 to 1e12"),
            ("payoffs = [[1, 2], [1979-05-27, 4]]", "is no payoff"),
            ("payoffs = [[1, 2]]", "player 0 has a single action"),
            (f"payoffs = {[*PRISONERS, [[0, 0], [0, 0]]]}", "3 tables nested 2 deep"),
            ('players = "ab"\npayoffs = [[1, 2], [3, 4]]', "players must be a list of lists of names"),
            ('players = ["a", "b"]\npayoffs = [[1, 2], [3, 4]]', "players must be a list of lists of names"),
            ('players = [["a", "b"]]\npayoffs = [[1, 2], [3, 4]]', "the actions of 1 players are named"),
            ('players = [["a"], ["a", "b"]]\npayoffs = [[1, 2], [3, 4]]', "player 0 has 2 actions and 1 names"),
            ('players = [["a", 1], ["a", "b"]]\npayoffs = [[1, 2], [3, 4]]', r"players\[0\]: '1' is no name"),
            ('players = [["a", "1"], ["a", "b"]]\npayoffs = [[1, 2], [3, 4]]', r"players\[0\]: '1' is no name"),
            ('players = [["a", ""], ["a", "b"]]\npayoffs = [[1, 2], [3, 4]]', r"players\[0\]: '' is no name"),
            ('players = [["a", "\\u001b[2J"], ["a", "b"]]\npayoffs = [[1, 2], [3, 4]]', "is no name of an action"),
        ],
    )
    def test_what_is_wrong_is_said_in_one_line(self, write, text, complaint):
        complain(write("bad.toml", text), complaint)


class TestCsv:
    def test_zero_sum_without_names(self, write):
        read = read_stage(write("pennies.csv", "1,-1\n-1,1\n"))
        assert read.payoffs.tolist() == [[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]]
        assert read.actions == (("0", "1"), ("0", "1"))

    @pytest.mark.parametrize("pair", ["{} {}", "{};{}", " {}  ; {} "])
    def test_pairs(self, write, pair):
        rows = [
            [pair.format(PRISONERS[0][row][column], PRISONERS[1][row][column]) for column in (0, 1)] for row in (0, 1)
        ]
        assert read_stage(write("pd.csv", "\n".join(map(",".join, rows)))).payoffs.tolist() == PRISONERS

    def test_names_of_both_players(self, write):
        read = read_stage(write("a.csv", ",left,middle,right\r\ntop,1,2,3\r\n\r\nbottom,4,5,6\r\n"))
        assert read.actions == (("top", "bottom"), ("left", "middle", "right"))
        assert read.payoffs[0].tolist() == [[1, 2, 3], [4, 5, 6]]

    def test_names_of_one_player(self, write):
        columns = read_stage(write("a.csv", "left,right\n1,2\n3,4\n"))
        rows = read_stage(write("a.csv", "top,1,2\nbottom,3,4\n"))
        assert columns.actions == (("0", "1"), ("left", "right"))
        assert rows.actions == (("top", "bottom"), ("0", "1"))
        assert columns.payoffs.tolist() == rows.payoffs.tolist()

    def test_what_spreadsheets_write(self, write):
        read = read_stage(
            write("a.CSV", b'\xef\xbb\xbfmine \\ theirs,"a, or so","b"\r\n"x y",1e1,-.5\r\nz,+3,4.\r\n,,\r\n')
        )
        assert read.actions == (("x y", "z"), ("a, or so", "b"))
        assert read.payoffs[0].tolist() == [[10, -0.5], [3, 4]]

    def test_the_same_table_in_either_format_is_the_same_game(self, write):
        table = read_stage(write("pd.csv", ",cooperate,defect\ncooperate,3 3,0 5\ndefect,5 0,1 1\n"))
        names = '[["cooperate", "defect"], ["cooperate", "defect"]]'
        assert table.digest == read_stage(write("pd.toml", f"players = {names}\npayoffs = {PRISONERS}")).digest

    @pytest.mark.parametrize(
        ("text", "complaint"),
        [
            ("1,2\n3\n", "row 2: 1 cells, but 2 in row 1"),
            ("1,2\n\n3,4,5\n", "row 3: 3 cells, but 2 in row 1"),
            (",left,right\ntop,1,2\nbottom,3\n", "row 3: 2 cells, but 3 in row 1"),
            ("1,2\n3,x\n", "row 2: 'x' is no payoff"),
            ("1,2\nx,4\n", "row 2: 'x' is no payoff"),
            ("1,2\n3,\n", "row 2: '' is no payoff"),
            ("1,2\n3,nan\n", "row 2: 'nan' is no payoff"),
            ("inf,2\n3,4\n", "row 1: 'inf' is no payoff"),
            ("1 2,2 inf\n3 3,4 4\n", "row 1: 'inf' is no payoff"),
            ("1,1e400\n3,4\n", "row 1: '1e400' is no payoff"),
            ("1 2,3 4\n5 6,7\n", "row 2: '7' among pairs, such as '3 0', of other cells"),
            ("1,3\n5,7 8\n", "row 2: '7 8' among single numbers of other cells"),
            ("1 2 3,3 4 5\n5 6 7,7 8 9\n", "row 1: '1 2 3' is no payoff: write a number, or a pair such as '3 0'"),
            ("1,2\n", "player 0 has a single action"),
            ("1\n2\n", "player 1 has a single action"),
            ("a,b\n", "has names and no payoffs"),
            ("a\nb\n", "has names and no payoffs"),
            (",a,b\n", "has names and no payoffs"),
            ("a,a\n1,2\n3,4\n", "player 1 has two actions called 'a'"),
            ("x,1,2\nx,3,4\n", "player 0 has two actions called 'x'"),
            (",a,\nx,1,2\ny,3,4\n", "row 1: '' is no name of an action: write a word"),
            (",a,b\nx,1,2\n,3,4\n", "row 3: '' is no name of an action"),
            (',a,b\nx,"1,2\ny,3,4\n', "row 3: unexpected end of data"),
        ],
    )
    def test_what_is_wrong_is_said_in_one_line(self, write, text, complaint):
        complain(write("bad.csv", text), complaint)


def complain(file, complaint):
    with pytest.raises(UsageError, match=complaint) as caught:
        read_stage(file)
    message = str(caught.value)
    assert file in message
    assert len(message.splitlines()) == 1


class TestFiles:
    @pytest.mark.parametrize("name", ["nowhere.csv", "nowhere.toml"])
    def test_missing(self, tmp_path, name):
        complain(str(tmp_path / name), "cannot read the payoffs of .*: No such file or directory")

    def test_a_folder(self, tmp_path):
        (tmp_path / "folder.csv").mkdir()
        complain(str(tmp_path / "folder.csv"), "Is a directory")

    @pytest.mark.parametrize("name", ["empty.csv", "empty.toml"])
    @pytest.mark.parametrize("text", ["", " \n\n", "\ufeff\n"])
    def test_empty(self, write, name, text):
        complain(write(name, text), "is empty: write a table of payoffs")

    @pytest.mark.parametrize("name", ["payoffs.xlsx", "payoffs", "csv"])
    def test_other_kinds_of_files(self, write, name):
        complain(write(name, "1,2\n3,4"), "a .toml or a .csv file, and its name ends in neither")

    def test_what_is_no_text(self, write):
        complain(write("a.csv", b"\xff\xfe\x00"), "is no text in UTF-8")

    def test_the_home_folder(self, write, monkeypatch, tmp_path):
        write("mine.csv", "1,2\n3,4")
        monkeypatch.setenv("HOME", str(tmp_path))
        assert read_stage("~/mine.csv").payoffs.shape == (2, 2, 2)


numbers = st.floats(-1e12, 1e12, allow_nan=False)
tables = arrays(np.float64, st.tuples(st.integers(2, 4), st.integers(2, 5)), elements=numbers)


class TestAnyTable:
    @given(tables)
    def test_zero_sum_tables_come_back_from_both_formats(self, tmp_path_factory, table):
        file = tmp_path_factory.mktemp("tables") / "a.csv"
        file.write_text("\n".join(",".join(map(repr, row)) for row in table.tolist()))
        toml = file.with_suffix(".toml")
        toml.write_text(f"payoffs = {table.tolist()}")
        for read in (read_stage(str(file)), read_stage(str(toml))):
            assert isinstance(read, Stage)
            assert np.array_equal(read.payoffs, np.stack([table, -table]))

    @given(st.text())
    def test_any_text_is_a_game_or_an_error_in_words(self, tmp_path_factory, text):
        folder = tmp_path_factory.mktemp("texts")
        for name in ("a.csv", "a.toml"):
            (folder / name).write_text(text, encoding="utf-8", newline="")
            message = ""
            try:
                read_stage(str(folder / name))
            except UsageError as error:
                message = str(error)
            assert len(message.splitlines()) <= 1
