"""Nothing of what plugin authors use is undocumented or untried: hooks, needs, claims, turns and specs.

Each check of hooks returns the names at fault for any module of hook specifications, so that it can be shown to find
a hook that somebody added and forgot to document, use or call.
"""

import dataclasses
import inspect
import re
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from gymnasium.spaces import Box, Discrete

from arena import AgentSpec, Game, Turn, hookspecs
from arena.agent import NEEDS, why_not
from arena.cli.main import run
from arena.plugins import BUILTINS, PluginInfo, Plugins, load_dotted
from arena.registry import registry
from games.classic import CONNECT_FOUR, RPS, TICTACTOE
from tests.arena import toy_games as toys

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs" / "plugins.md").read_text()
MATCHES = 2
CALLS = {"register_agents": 1, "register_games": 1, "match_finished": MATCHES}  # in one `arena play`


def hooks(specs):
    """name -> function of each hook that a module specifies."""
    return {name: value for name, value in vars(specs).items() if hasattr(value, "arena_spec")}


def rows(header):
    """The first two cells of each row of the table of docs/plugins.md whose header begins so."""
    lines = DOCS.partition(f"| {header} |")[2].splitlines()[2:]
    table = lines[: next(place for place, line in enumerate(lines) if not line.startswith("|"))]
    assert table, f"docs/plugins.md has no table {header!r}"
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:3]] for line in table]


def names(header):
    """The names in the first column: `name(action)` is called `name`."""
    return {re.match(r"\w+", code)[0] for first, _ in rows(header) for code in re.findall(r"`([^`]+)`", first)}


def undocumented(specs):
    """Hooks without a row that shows their exact signature."""
    shown = {first for first, _ in rows("hook")}
    signatures = {name: str(inspect.signature(hook)).replace("'", "") for name, hook in hooks(specs).items()}
    return [name for name, signature in signatures.items() if f"`{name}{signature}`" not in shown]


def undescribed(specs):
    """Hooks without a docstring, or with a type missing."""

    def described(hook):
        signature = inspect.signature(hook)
        types = [signature.return_annotation, *(each.annotation for each in signature.parameters.values())]
        return hook.__doc__ and inspect.Signature.empty not in types

    return [name for name, hook in hooks(specs).items() if not described(hook)]


def unused(specs, monkeypatch):
    """Hooks that neither a built-in nor an example implements."""
    plugins = Plugins()
    for name in [*BUILTINS, *example_modules(monkeypatch)]:
        plugins.add(PluginInfo(name, "", "module"), lambda name=name: load_dotted(name))
    assert not [info.error for info in plugins.infos.values() if info.state == "broken"]
    return sorted(set(hooks(specs)) - {hook for info in plugins.infos.values() for hook in info.hooks})


def example_modules(monkeypatch):
    """Single files, and what the entry points of whole projects name."""
    monkeypatch.syspath_prepend(ROOT / "examples")
    for project in (ROOT / "examples").glob("*/pyproject.toml"):
        monkeypatch.syspath_prepend(project.parent)
        yield from tomllib.loads(project.read_text())["project"]["entry-points"]["arena"].values()
    yield from (path.stem for path in (ROOT / "examples").glob("*.py"))


def uncalled(specs, tmp_path):
    """Hooks that a plugin sees called less or more often than `CALLS` says, or with another type of argument."""
    spy = tmp_path / "spy.py"
    spy.write_text("from arena import hookimpl\n\nCALLS = []\n" + "".join(map(_spying, hooks(specs).values())))
    players = ["first", "first", "--games", str(MATCHES)]
    assert run(["play", "tictactoe", *players, "--plugin", str(spy)]) == 0
    (module,) = (module for name, module in sys.modules.items() if name.startswith("arena_plugin_spy_"))
    seen = [call for call, types in module.CALLS if types == _types(hooks(specs)[call])]
    sys.modules.pop(module.__name__)
    return [name for name in hooks(specs) if seen.count(name) != CALLS.get(name)]


def _spying(hook):
    """The code of an implementation that notes its name and the types of its arguments."""
    arguments = ", ".join(inspect.signature(hook).parameters)
    note = f"CALLS.append(({hook.__name__!r}, [type(each).__name__ for each in ({arguments}{arguments and ','})]))"
    return f"\n\n@hookimpl\ndef {hook.__name__}({arguments}):\n    {note}\n    return []\n"


def _types(hook):
    return [str(each.annotation) for each in inspect.signature(hook).parameters.values()]


@pytest.fixture
def with_new_hook(monkeypatch):
    """The specifications with one hook more, which the arena knows but nobody documents, implements or calls."""
    fake = ModuleType("fake_hookspecs")
    vars(fake).update(hooks(hookspecs))

    @hookspecs.hookspec
    def round_finished(result):
        pass

    fake.round_finished = round_finished
    monkeypatch.setattr("arena.plugins.hookspecs", fake)
    registry.cache_clear()
    return fake


class TestHooks:
    def test_there_are_some(self):
        assert set(hooks(hookspecs)) == set(CALLS)

    def test_each_is_documented_with_its_signature(self):
        assert undocumented(hookspecs) == []
        assert len(rows("hook")) == len(hooks(hookspecs))

    def test_each_says_what_it_is_for_with_types(self):
        assert undescribed(hookspecs) == []

    def test_each_is_used_by_a_built_in_or_an_example(self, monkeypatch):
        assert unused(hookspecs, monkeypatch) == []

    def test_each_is_called_with_what_it_promises(self, tmp_path):
        assert uncalled(hookspecs, tmp_path) == []

    def test_a_forgotten_hook_is_found_by_every_check(self, with_new_hook, monkeypatch, tmp_path):
        assert undocumented(with_new_hook) == ["round_finished"]
        assert undescribed(with_new_hook) == ["round_finished"]
        assert unused(with_new_hook, monkeypatch) == ["round_finished"]
        assert uncalled(with_new_hook, tmp_path) == ["round_finished"]


class Boxed(toys.Toy):
    """Actions that are no numbers."""

    def action_space(self, agent):
        return Box(0, 1, (2,))


class Uneven(toys.Toy):
    """The second seat has more actions than the first."""

    def action_space(self, agent):
        return Discrete(2 if agent == "a" else 5)


# need -> a game that lacks it, and what is said of that
LACKS = {
    "deterministic": (RPS, "it needs a game without chance and without moves at the same time"),
    "discrete": (toys.game(Uneven), "it needs one set of numbered actions shared by all seats"),
    "model": (toys.game(toys.Endless), "it needs a model to search, and the game offers none"),
    "numbered": (toys.game(Boxed), "it needs numbered actions, and some seat chooses otherwise (a Box, say)"),
    "perfect_information": (RPS, "it needs perfect information"),
    "simultaneous": (TICTACTOE, "it needs a game in which all seats choose at once"),
    "tree": (CONNECT_FOUR, "it needs a game small enough to be compiled to a tree"),
    "two_players": (toys.game(toys.DropOut), "it needs exactly two players"),
    "zero_sum": (toys.game(toys.Endless), "it needs a zero-sum game"),
}


def needing(need):
    return AgentSpec("choosy", make="a:b", config="a:c", needs=(need,))


class TestNeeds:
    @pytest.mark.parametrize("need", NEEDS)
    def test_a_game_that_lacks_it_is_refused_with_the_reason(self, need):
        game, reason = LACKS[need]
        assert why_not(needing(need), game) == reason

    @pytest.mark.parametrize("need", NEEDS)
    def test_a_game_that_offers_it_is_not(self, need):
        assert why_not(needing(need), RPS if need == "simultaneous" else TICTACTOE) is None

    def test_each_is_documented_and_no_other(self):
        (row,) = (second for first, second in rows("of an `AgentSpec`") if first == "`needs`")
        assert set(re.findall(r"`(\w+)`", row)) == set(NEEDS) == set(LACKS)


def fields(cls, but):
    return {field.name for field in dataclasses.fields(cls)} - but


def members(cls):
    return {name for name in vars(cls) if not name.startswith("_")}


class TestDocumentedMembers:
    """The tables name what there is: nothing less, and nothing that is gone."""

    def test_of_a_turn(self):
        assert names("of a `Turn`") == members(Turn) - {"source"}  # which says itself that it is not for agents

    def test_of_an_agent_spec(self):
        assert names("of an `AgentSpec`") == fields(AgentSpec, but=set())

    def test_claims_of_a_game(self):
        assert names("claim") == fields(Game, but={"id", "make", "chosen"})  # the last is made from what is typed

    def test_defaults_of_claims(self):
        plain = {field.name: field.default for field in dataclasses.fields(Game)}
        for first, default in rows("claim"):
            for name in re.findall(r"`(\w+)`", first):
                stands_for = default.replace("none", "None").strip('"')
                assert plain[name] is dataclasses.MISSING or stands_for in _spellings(plain[name]), name


def _spellings(default):
    """How the table may show a default: numbers as one would type them, whatever is empty as none."""
    texts = {str(default), str(default).replace(".0", "")}
    return texts | {"None"} if default in (None, "", ()) else texts
