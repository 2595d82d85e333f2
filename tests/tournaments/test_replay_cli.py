"""The command `arena replay` as a user types it, elsewhere than on a terminal."""

import json
import re
import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

import tournaments
from arena.cli import main
from arena.plugins import PluginInfo
from arena.registry import Registered, registry
from tests.terminal import ROOT
from tests.tournaments.damage import change, spoil
from tournaments.store import Store


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture
def replay(capsys, monkeypatch):
    """Runs `arena replay ARGUMENTS`, also where the command is not installed."""
    monkeypatch.setitem(main.OWN, "replay", "tournaments.replay_cli:replay")

    def run(*arguments):
        capsys.readouterr()
        code = main.run(["replay", *map(str, arguments)])
        return Outcome(code, *capsys.readouterr())

    return run


@pytest.fixture
def fails(replay):
    """Runs a command that must fail with one line on stderr and nothing on stdout."""

    def run(code, *arguments):
        outcome = replay(*arguments)
        assert (outcome.code, outcome.out) == (code, ""), outcome
        assert outcome.err.startswith("error: ")
        assert outcome.err.count("\n") == 1
        return outcome.err.removeprefix("error: ").rstrip("\n")

    return run


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """A store with a tournament of six matches, named `try`."""
    path = tmp_path_factory.mktemp("played") / "arena.db"
    tournaments.run("tictactoe", ["minimax", "first", "random"], rounds=1, name="try", store=str(path))
    return path


@pytest.fixture
def store(played):
    """A copy of that store, as the one of this folder."""
    shutil.copy(played, "arena.db")
    with Store.open() as opened:
        yield opened


@pytest.fixture
def known(store):
    return store.tournament("try")


class TestShowing:
    def test_the_whole_match_move_by_move(self, replay, known, store):
        shown = replay("try:0")
        assert (shown.code, shown.err) == (0, "")
        record = store.matches(known.id)[0].record
        head, *positions, last = shown.out.split("\n\n")
        assert head == f"match {known.id}:000000 of tictactoe, seed {record.seed}: seat 0 minimax, seat 1 first"
        assert len(positions) == len(record.moves) + 1
        for ply, position in enumerate(positions):
            assert position.startswith(f"ply {ply}\n")
            assert "a   b   c" in position
        assert re.match(r"ply 1\nminimax \(seat 0\) played \w\d \(\d\) in \d+\.\d{3} s, expecting \+", positions[1])
        assert last.startswith("minimax wins (finished)")

    def test_hidden_games_are_shown_as_the_seat_on_move_sees_them(self, replay, store):
        tournaments.run("leduc_holdem", ["random", "first"], rounds=1, name="cards")
        out = replay("cards:1").out
        assert re.findall(r"As seat (\d)", out) == re.findall(r"You are seat (\d)", out) != []

    def test_json_is_the_contract(self, replay, known, store):
        told = replay("try:2", "--json").json
        record = store.matches(known.id)[2].record
        assert told == {
            "id": f"{known.id}:000002",
            "game": "tictactoe",
            "entrants": list(record.entrants),
            **record.as_json(),
            "times": list(record.times),
            "values": list(record.values),
            "notes": list(map(dict, record.notes)),
        }

    def test_json_needs_no_game(self, replay, known, monkeypatch):
        monkeypatch.delitem(registry().games, "tictactoe")
        assert replay("try:2", "--json").json["game"] == "tictactoe"

    def test_another_store(self, replay, known):
        tournaments.run("tictactoe", ["first", "random"], rounds=1, name="other", store="b.db")
        assert replay("other:0", "--store", "b.db").code == 0
        assert replay("other:0", "--store", "sqlite:///b.db", "--json").json["entrants"] == ["first", "random"]

    def test_the_store_of_the_environment(self, replay, monkeypatch):
        monkeypatch.setenv("ARENA_STORE", "b.db")
        tournaments.run("tictactoe", ["first", "random"], rounds=1, name="other")
        assert replay("other:0").code == 0

    def test_a_forfeit_says_how_it_ended(self, replay, plant):
        plant([("a", "b", 0, (4,))], game="tictactoe", game_version="3")
        outcome = replay("aaaa1111:0")
        assert outcome.code == 0
        assert "b wins" in outcome.out


class TestErrors:
    @pytest.mark.parametrize(
        ("name", "message"),
        [
            ("tri:0", "no tournament 'tri' in sqlite:///arena.db. Did you mean 'try'? See 'arena tournament list'."),
            ("try:6", "there is no match try:6: tournament try has 6 matches, {id}:0 to {id}:5"),
            ("try:x", "cannot read 'x' in 'try:x': tournament try has 6 matches, {id}:0 to {id}:5"),
            (
                "try",
                "try is a tournament: name one of its matches, {id}:0 to {id}:5. "
                "To check all of them: arena replay {id} --verify",
            ),
        ],
    )
    @pytest.mark.parametrize("options", [(), ("--json",), ("--rethink",), ("--gif", "x.gif")], ids=str)
    def test_a_match_that_is_not_there(self, fails, known, name, message, options):
        assert fails(2, name, *options) == message.format(id=known.id)
        assert not Path("x.gif").exists()

    def test_a_match_that_was_not_played_yet(self, fails, plant):
        plant([("a", "b", 1, (0,))], planned=3)
        told = fails(1, "aaaa1111:2")
        assert told == (
            "match aaaa1111:000002 was not played yet: 1 of 3 matches were. "
            "To play the others: arena tournament resume aaaa1111"
        )

    def test_the_hint_names_a_store_that_is_not_the_default(self, fails, known):
        tournaments.run("tictactoe", ["first", "random"], rounds=1, name="other", store="my b.db")
        assert "arena replay" in (told := fails(2, "other", "--store", "my b.db"))
        assert told.endswith("--verify --store 'my b.db'")

    def test_no_store(self, fails):
        assert fails(1, "x:0").startswith("there is no store sqlite:///arena.db: play a tournament first")
        assert fails(1, "x:0", "--store", "q.db").startswith("there is no store sqlite:///q.db")

    @pytest.mark.parametrize("store", ["sqlite://", ":memory:"])
    def test_a_store_in_memory(self, fails, store):
        assert "is in memory" in fails(2, "x:0", "--store", store)

    @pytest.mark.parametrize("options", [(), ("--verify",), ("--rethink",), ("--gif", "x.gif")], ids=str)
    def test_a_game_that_is_not_there_any_more(self, fails, known, monkeypatch, options):
        monkeypatch.delitem(registry().games, "tictactoe")
        told = fails(1, "try:0", *options)
        assert told.startswith(
            f"match {known.id}:000000 is of tictactoe@3, which cannot be loaded: no game 'tictactoe'."
        )

    @pytest.mark.parametrize("options", [(), ("--verify",), ("--rethink",), ("--gif", "x.gif")], ids=str)
    def test_a_game_of_another_version(self, fails, known, monkeypatch, options):
        import dataclasses

        newer = dataclasses.replace(registry().games["tictactoe"].offer, version="4")
        monkeypatch.setitem(registry().games, "tictactoe", Registered(newer, PluginInfo("tests", "1", "module")))
        told = fails(1, "try:0", *options)
        assert told.startswith(f"match {known.id}:000000 is of tictactoe@3, and what is here is tictactoe@4")

    @pytest.mark.parametrize(
        "tasks",
        [("--verify", "--rethink"), ("--verify", "--gif", "x.gif"), ("--rethink", "--gif", "x.gif")],
        ids=str,
    )
    def test_one_task_at_a_time(self, fails, known, tasks):
        assert fails(2, "try:0", *tasks) == (
            "--verify, --rethink and --gif are different things to do: ask for one at a time"
        )

    def test_a_damaged_match(self, replay, fails, known, store):
        change(store, known.id, 0, "moves", lambda moves: [moves[0], 99, *moves[2:]])
        outcome = replay("try:0")
        assert (outcome.code, outcome.out.count("a   b   c")) == (1, 2)
        told = "stored move 99 at ply 1 cannot be played: it is illegal. --verify tells all"
        assert outcome.err == f"error: {told}\n"
        spoil(store, known.id, 1, "moves", "?")
        for options in ((), ("--json",), ("--verify",), ("--rethink",)):
            assert f"match {known.id}:000001 in sqlite:///arena.db is damaged" in fails(1, "try:1", *options)

    def test_no_match_named(self, fails):
        assert "MATCH" in fails(2)


class TestVerify:
    def test_one_match(self, replay, known, store):
        moves = len(store.matches(known.id)[3].record.moves)
        shown = replay("try:3", "--verify")
        assert (shown.code, shown.err) == (0, "")
        assert shown.out == f"verified: the {moves} moves of {known.id}:000003 (tictactoe) give the stored result\n"
        told = replay("try:3", "--verify", "--json")
        assert (told.code, told.json) == (
            0,
            {"id": f"{known.id}:000003", "verified": True, "differences": []},
        )

    def test_one_match_whose_result_was_changed(self, replay, known, store):
        change(store, known.id, 3, "returns", lambda _: [0.5, -0.5])
        shown = replay("try:3", "--verify")
        assert shown.code == 1
        assert shown.out.startswith(f"{known.id}:000003: returns: recorded (0.5, -0.5), replayed (")
        told = replay("try:3", "--verify", "--json")
        assert (told.code, told.json["verified"], len(told.json["differences"])) == (1, False, 1)

    @pytest.mark.parametrize("move", [0, 1, 2, 3, 4])
    def test_any_corrupted_move_is_found(self, replay, known, store, move):
        found = 0
        for other in range(9):
            change(store, known.id, 1, "moves", lambda moves, other=other: [*moves[:move], other, *moves[move + 1 :]])
            found += replay("try:1", "--verify").code == 1
        assert found >= 5  # where another move leads to the same result, the result cannot tell

    def test_a_whole_tournament(self, replay, known):
        shown = replay("try", "--verify")
        assert (shown.code, shown.err) == (0, "")
        what = f"6 matches of tournament {known.id} (tictactoe)"
        assert shown.out == f"verified: in {what} the moves give the stored results\n"
        assert replay(known.id, "--verify").out == shown.out
        assert replay("try", "--verify", "--json").json == {
            "tournament": known.id,
            "game": "tictactoe",
            "matches": 6,
            "verified": 6,
            "differing": [],
        }

    def test_a_tournament_with_two_that_differ(self, replay, known, store):
        change(store, known.id, 1, "moves", lambda moves: [*moves[:-1], 99])
        spoil(store, known.id, 4, "moves", "?")
        shown = replay("try", "--verify")
        assert (shown.code, shown.err) == (1, "")
        first, second, last = shown.out.splitlines()
        assert first.startswith(f"{known.id}:000001: move 99 at ply ")
        assert second.startswith(f"{known.id}:000004: match {known.id}:000004 in sqlite:///arena.db is damaged")
        assert last == f"2 of 6 matches of tournament {known.id} differ"
        told = replay("try", "--verify", "--json")
        assert (told.code, told.json["verified"]) == (1, 4)
        assert [one["id"] for one in told.json["differing"]] == [f"{known.id}:000001", f"{known.id}:000004"]

    def test_a_tournament_that_has_only_begun(self, replay, plant):
        plant([("a", "b", 1, (0, 3, 1, 4, 2))], planned=9, game="tictactoe", game_version="3")
        assert "verified: in 1 match of tournament aaaa1111" in replay("aaaa1111", "--verify").out

    def test_a_tournament_without_matches(self, fails, store, make_tournament):
        store.add_tournament(make_tournament(), [])
        told = fails(1, "aaaa1111", "--verify")
        assert told == "tournament aaaa1111 has no match to verify: none was played yet"

    def test_a_tournament_of_a_game_of_another_version(self, fails, plant):
        plant([("a", "b", 1, (0,))], game="tictactoe", game_version="2")
        assert fails(1, "aaaa1111", "--verify").startswith("tournament aaaa1111 is of tictactoe@2, and what is here is")

    def test_an_unknown_tournament(self, fails, known):
        assert "no tournament 'tru'" in fails(2, "tru", "--verify")


AGENT = """
from dataclasses import dataclass
from pathlib import Path
from arena import Agent, AgentSpec, hookimpl

@dataclass(frozen=True)
class Config:
    pass

class Fickle(Agent):
    def __init__(self, game, config):
        pass
    def act(self, turn):
        print("thinking aloud")
        return int(turn.legal.nonzero()[0][-1 if Path("turned").exists() else 0])

@hookimpl
def register_agents():
    return [AgentSpec("fickle", make=Fickle, config=Config),
            AgentSpec("moody", make=Fickle, config=Config, reproducible=False)]
"""


class TestRethink:
    def test_the_same_again(self, replay, known):
        shown = replay("try:0", "--rethink")
        assert (shown.code, shown.err) == (0, "")
        first, second, last = shown.out.splitlines()
        assert first == "asked minimax for 3 moves"
        assert second == "asked first for 2 moves"
        assert last == f"the same again: all 5 moves of {known.id}:000000 that were asked for"

    def test_as_json(self, replay, known):
        told = replay("try:0", "--rethink", "--json")
        assert told.code == 0
        assert told.json == {
            "id": f"{known.id}:000000",
            "asked": {"minimax": 3, "first": 2},
            "skipped": {},
            "changes": [],
        }

    @pytest.fixture
    def fickle(self, replay):
        Path("fickle.py").write_text(AGENT)
        registry.cache_clear()
        from arena.registry import use_plugins

        use_plugins(["fickle.py"])
        return tournaments.run("tictactoe", ["fickle", "moody"], rounds=1, name="fickle")["id"]

    def test_an_entrant_that_plays_otherwise_now(self, replay, fickle):
        assert replay("fickle:0", "--rethink").code == 0
        Path("turned").touch()
        shown = replay("fickle:0", "--rethink")
        assert shown.code == 1
        assert shown.err.count("thinking aloud") == 4
        lines = shown.out.splitlines()
        assert lines[:2] == [
            "asked fickle for 4 moves",
            "not asked: moody is not reproducible: it may play otherwise each time",
        ]
        assert lines[2] == "ply 0: fickle (seat 0) then a1 (0), now c3 (8)"
        assert lines[-1] == f"4 of 4 moves of {fickle}:000000 would be others now"
        told = replay("fickle:0", "--rethink", "--json")
        assert told.code == 1
        assert told.json["changes"][0] == {
            "ply": 0,
            "seat": 0,
            "entrant": "fickle",
            "stored": "a1 (0)",
            "now": "c3 (8)",
        }

    def test_where_nobody_can_be_asked(self, replay, fickle):
        tournaments.run("tictactoe", ["moody", "moody"], rounds=1, name="moods")
        shown = replay("moods:0", "--rethink")
        assert shown.code == 0
        assert shown.out.splitlines()[-1].endswith(": no entrant could be asked")

    def test_a_match_whose_moves_do_not_give_its_result(self, fails, known, store):
        change(store, known.id, 0, "moves", lambda moves: [*moves[:-1], 99])
        told = fails(1, "try:0", "--rethink")
        assert told.startswith(
            f"match {known.id}:000000 cannot be thought over, for its moves do not give its result: "
        )
        assert "move 99 at ply 4 is illegal" in told


class TestGif:
    def test_it_is_written_and_told(self, replay, known, store):
        shown = replay("try:0", "--gif", "match.gif")
        assert (shown.code, shown.err) == (0, "")
        moves = len(store.matches(known.id)[0].record.moves)
        assert re.fullmatch(rf"wrote match\.gif: {moves + 1} frames, 400 x 442 pixels, \d+ kB\n", shown.out)
        with Image.open("match.gif") as image:
            assert image.n_frames == moves + 1
            assert image.info["duration"] == 800

    def test_size_and_speed(self, replay, known):
        told = replay("try:0", "--gif", "match.gif", "--width", "100", "--frame-time", "0.1", "--json").json
        assert (told["file"], told["width"]) == ("match.gif", 100)
        assert told["bytes"] == Path("match.gif").stat().st_size
        with Image.open("match.gif") as image:
            assert (image.n_frames, image.info["duration"]) == (told["frames"], 100)

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            (("--gif", "match.mp4"), "--gif match.mp4: the name must end with .gif"),
            (("--gif", "no/match.gif"), "--gif no/match.gif: there is no folder 'no', make it first"),
            (("--gif", "x.gif", "--width", "0"), "--width must be from 64 to 2000 pixels, not 0"),
            (("--gif", "x.gif", "--frame-time", "-1"), "--frame-time must be from 0.02 to 60 seconds, not -1"),
        ],
    )
    def test_wrong_use_is_said_before_the_store_is_opened(self, fails, options, message):
        assert fails(2, "x:0", *options) == message

    def test_a_game_that_draws_nothing(self, fails, store):
        tournaments.run("matrix_rps", ["random", "first"], rounds=1, name="matrix")
        told = fails(2, "matrix:0", "--gif", "x.gif")
        assert told == "game 'matrix_rps' cannot be drawn: its env has no render mode 'rgb_array'"


class TestInstalled:
    PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    def test_the_command_comes_through_its_entry_point(self):
        assert self.PROJECT["entry-points"]["arena.commands"]["replay"] == "tournaments.replay_cli:replay"

    def test_pillow_is_an_extra(self):
        (need,) = self.PROJECT["optional-dependencies"]["gif"]
        assert need.startswith("pillow>=10")
        assert not [name for name in self.PROJECT["dependencies"] if "pillow" in name]

    def test_help_tells_what_it_does(self, replay):
        out = replay("--help").out
        for word in ("MATCH", "--verify", "--rethink", "--gif", "--frame-time", "--width", "--store", "--json"):
            assert word in out
