"""Plugins: one that is broken is shown as broken and stops nothing else."""

import sys
import textwrap

import pytest

from arena import Game, hookspecs
from arena.errors import BrokenPluginError, UsageError
from arena.plugins import PluginInfo, Plugins, load_all
from arena.registry import Registry, notify, registry, use_plugins

GOOD = """
    from dataclasses import dataclass
    import numpy as np
    from arena import Agent, AgentSpec, hookimpl

    @dataclass(frozen=True)
    class Config:
        shift: int = 0

    class Last(Agent):
        def __init__(self, game, config):
            pass
        def act(self, turn):
            return int(np.flatnonzero(turn.legal)[-1])

    @hookimpl
    def register_agents():
        return [AgentSpec("last", make=Last, config=Config)]
"""

BROKEN = {
    "import error": (
        "import no_such_module_anywhere",
        "ModuleNotFoundError: No module named 'no_such_module_anywhere'",
    ),
    "syntax error": ("def register_agents(:", "SyntaxError: invalid syntax"),
    "exit at import": ("raise SystemExit(3)", "SystemExit: 3"),
    "exception in a hook": (
        "from arena import hookimpl\n@hookimpl\ndef register_agents():\n    raise RuntimeError('no weights')",
        "RuntimeError: no weights",
    ),
    "unknown hook": (
        "from arena import hookimpl\n@hookimpl\ndef register_agent():\n    return []",
        "unknown hook 'register_agent'",
    ),
    "wrong arguments": (
        "from arena import hookimpl\n@hookimpl\ndef match_finished(result, colour):\n    pass",
        "Argument(s) {'colour'}",
    ),
    "not a list": (
        "from arena import hookimpl\n@hookimpl\ndef register_agents():\n    return 'last'",
        "register_agents must return a list of AgentSpec, not 'last'",
    ),
    "a list of something else": (
        "from arena import hookimpl\n@hookimpl\ndef register_games():\n    return [3]",
        "register_games must return a list of Game, not [3]",
    ),
    "an id with a space": (
        "from arena import AgentSpec, hookimpl\n@hookimpl\ndef register_agents():\n"
        "    return [AgentSpec('my agent', make='a:b', config='a:c')]",
        "agent id 'my agent' is empty or holds one of the characters",
    ),
    "a need nobody knows": (
        "from arena import AgentSpec, hookimpl\n@hookimpl\ndef register_agents():\n"
        "    return [AgentSpec('mine', make='a:b', config='a:c', needs=('luck',))]",
        "agent 'mine' needs 'luck', which is none of",
    ),
    "a taken id": (
        "from arena import AgentSpec, hookimpl\n@hookimpl\ndef register_agents():\n"
        "    return [AgentSpec('mcts', make='a:b', config='a:c')]",
        "agent id 'mcts' is already taken by plugin 'agents.plugin'; plugin 'broken' offers it again",
    ),
}


@pytest.fixture
def plugin(tmp_path):
    """Writes a plugin file and returns its path."""

    def write(name, code):
        path = tmp_path / f"{name}.py"
        path.write_text(textwrap.dedent(code))
        return str(path)

    return write


class TestLoading:
    def test_built_ins_come_first_and_are_sound(self):
        plugins = load_all()
        assert list(plugins.infos) == ["agents.plugin", "games.plugin"]
        assert all(info.state == "loaded" for info in plugins.infos.values())

    def test_a_file(self, plugin):
        use_plugins([plugin("mine", GOOD)])
        info = registry().plugins.infos["mine"]
        assert (info.state, info.source, info.hooks) == ("loaded", "file", ["register_agents"])
        assert registry().agent("last").plugin is info

    def test_a_module_and_an_object_of_a_module(self, plugin, tmp_path, monkeypatch):
        monkeypatch.syspath_prepend(tmp_path)
        plugin(
            "mine_as_module", GOOD + "\n    class Bundle:\n        register_agents = staticmethod(register_agents)\n"
        )
        use_plugins(["mine_as_module"])
        assert registry().agent("last").plugin.source == "module"
        sys.modules.pop("mine_as_module")

    @pytest.mark.parametrize(
        ("name", "message"),
        [
            ("nowhere.py", "no such plugin file 'nowhere.py'"),
            ("nowhere", "no such plugin 'nowhere': no module 'nowhere' can be found"),
            ("no.where:thing", "no such plugin 'no.where:thing'"),
        ],
    )
    def test_what_is_not_there_is_wrong_use_not_a_broken_plugin(self, name, message):
        use_plugins([name])
        with pytest.raises(UsageError) as caught:
            registry()
        assert message in str(caught.value)


class TestBroken:
    @pytest.mark.parametrize("kind", BROKEN)
    def test_is_shown_and_stops_nothing(self, plugin, kind):
        code, cause = BROKEN[kind]
        use_plugins([plugin("broken", code), plugin("mine", GOOD)])
        found = registry()
        info = found.plugins.infos["broken"]
        assert info.state == "broken"
        assert cause in info.error
        assert "\n" not in info.error
        assert "Traceback" in info.trace
        assert found.agent("last").offer.id == "last"
        assert found.agent("mcts").plugin.name == "agents.plugin"
        assert found.plugins.infos["mine"].state == "loaded"

    def test_a_hook_that_fails_does_not_keep_the_others_from_being_called(self, plugin, capsys, caplog):
        begin = "from arena import hookimpl\n@hookimpl\ndef match_finished(result):\n    "
        use_plugins([plugin("bad", begin + "1 / 0"), plugin("good", begin + "print('told of', result)")])
        with caplog.at_level("WARNING"):
            notify("match_finished", result="a match")
            notify("match_finished", result="another")
        assert capsys.readouterr().out == "told of a match\ntold of another\n"
        assert registry().plugins.infos["bad"].error == "ZeroDivisionError: division by zero"
        (message,) = caplog.messages  # once, not for every match
        assert message.startswith("plugin 'bad' failed in match_finished and is called no more: ZeroDivisionError")

    def test_a_file_may_import_its_neighbour_and_leaves_no_trace_on_the_path(self, plugin, tmp_path):
        plugin("neighbour_of_mine", "WORTH = 3")
        use_plugins([plugin("mine", "from neighbour_of_mine import WORTH\n" + textwrap.dedent(GOOD))])
        assert registry().plugins.infos["mine"].state == "loaded"
        assert str(tmp_path) not in sys.path
        sys.modules.pop("neighbour_of_mine")

    def test_an_edited_plugin_is_another_version(self, plugin):
        use_plugins([plugin("mine", GOOD)])
        before = registry().agent("last").plugin.version
        registry.cache_clear()
        plugin("mine", GOOD.replace("[-1]", "[0]"))
        assert registry().agent("last").plugin.version != before != ""

    def test_two_files_of_one_name_are_two_plugins(self, plugin, tmp_path):
        (tmp_path / "deeper").mkdir()
        (tmp_path / "deeper" / "mine.py").write_text("x = 1\n")
        use_plugins([plugin("mine", GOOD), str(tmp_path / "deeper" / "mine.py")])
        states = {name: info.state for name, info in registry().plugins.infos.items()}
        assert states["mine"] == states[str(tmp_path / "deeper" / "mine.py")] == "loaded"

    def test_the_first_of_two_plugins_keeps_the_id(self, plugin):
        use_plugins([plugin("one", GOOD), plugin("two", GOOD)])
        assert registry().agent("last").plugin.name == "one"
        assert registry().plugins.infos["two"].error == (
            "ValueError: agent id 'last' is already taken by plugin 'one'; plugin 'two' offers it again"
        )

    def test_an_import_that_fails_late_is_a_broken_plugin_not_a_missing_one(self, plugin):
        code = (
            "from arena import AgentSpec, hookimpl\n@hookimpl\ndef register_agents():\n"
            "    return [AgentSpec('late', make='no_such_module:Late', config='agents.simple:NoConfig')]"
        )
        use_plugins([plugin("lazy", code)])
        with pytest.raises(
            BrokenPluginError, match="agent 'late': plugin 'lazy' is broken: make 'no_such_module:Late'"
        ):
            registry().resolve(registry().agent("late"), "make")
        assert registry().plugins.infos["lazy"].state == "broken"

    def test_an_unknown_id_mentions_the_broken_plugin_that_may_offer_it(self, plugin):
        use_plugins([plugin("broken", "1 / 0")])
        with pytest.raises(UsageError, match=r"A broken plugin may offer it: broken; see 'arena doctor'"):
            registry().agent("softmax")


class TestEntryPoints:
    class Entry:
        """Stands for an installed entry point."""

        def __init__(self, name, load):
            self.name, self.load = name, load
            self.dist = type("Dist", (), {"version": "0.2"})

    @pytest.fixture
    def installed(self, monkeypatch):
        def fail():
            raise ImportError("libmissing.so")

        entries = [self.Entry("arena-zeta", lambda: type(sys)("zeta")), self.Entry("arena-alpha", fail)]
        monkeypatch.setattr("importlib.metadata.entry_points", lambda group: entries if group == "arena" else [])

    def test_all_are_loaded_in_the_order_of_their_names(self, installed, monkeypatch):
        monkeypatch.delenv("ARENA_PLUGINS")
        infos = load_all().infos
        assert list(infos)[2:] == ["arena-alpha", "arena-zeta"]
        assert infos["arena-alpha"].state == "broken"
        assert infos["arena-alpha"].label == "arena-alpha 0.2"
        assert infos["arena-zeta"].state == "loaded"

    def test_arena_plugins_loads_exactly_the_named_ones(self, installed, monkeypatch):
        monkeypatch.setenv("ARENA_PLUGINS", " arena-zeta ,")
        assert list(load_all().infos)[2:] == ["arena-zeta"]
        monkeypatch.setenv("ARENA_PLUGINS", "")
        assert list(load_all().infos)[2:] == []

    def test_arena_plugins_names_one_that_is_not_installed(self, installed, monkeypatch):
        monkeypatch.setenv("ARENA_PLUGINS", "arena-beta")
        with pytest.raises(
            UsageError, match=r"no such plugin 'arena-beta' \(named by ARENA_PLUGINS\). Installed: arena-a"
        ):
            load_all()


class TestHooks:
    def test_register_games_offers_a_game(self):
        module = type(sys)("with_game")
        module.register_games = hookspecs.hookimpl(lambda: [Game("mine", make=lambda: None)])
        plugins = Plugins()
        plugins.add(PluginInfo("with_game", "1", "module"), lambda: module)
        assert Registry(plugins).game("mine").offer.id == "mine"


@pytest.mark.parametrize(
    ("name", "message"),
    [("sofmax", r"no agent 'sofmax'\. See 'arena agents'\."), ("mtcs", r"no agent 'mtcs'\. Did you mean 'mcts'\?")],
)
def test_unknown_agents(name, message):
    with pytest.raises(UsageError, match=message):
        registry().agent(name)


def test_unknown_games():
    with pytest.raises(UsageError, match=r"no game 'tictacto'\. Did you mean 'tictactoe'\? See 'arena games'\."):
        registry().game("tictacto")
