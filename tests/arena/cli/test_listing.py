"""`arena games`, `agents`, `plugins`, `doctor`, and the command line itself."""

import subprocess
import sys

import pytest

from arena.cli import main

BROKEN = "from arena import hookimpl\n@hookimpl\ndef register_agents():\n    raise RuntimeError('no weights')\n"


class TestTop:
    def test_help_lists_every_command(self, arena):
        shown = arena("--help")
        assert shown.code == 0
        for name in ("games", "agents", "plugins", "doctor", "play", "ask", "train", "tournament", "leaderboard"):
            assert f"\n  {name} " in shown.out

    def test_no_arguments_show_the_help(self, arena):
        assert arena().out == arena("--help").out
        assert arena().code == 0

    def test_a_group_without_a_command_shows_its_own(self, arena):
        shown = arena("tournament")
        assert shown.code == 2
        assert "\n  resume " in shown.err

    def test_version(self, arena):
        assert arena("--version").out.startswith("game-ai-arena ")

    @pytest.mark.parametrize("name", [*main.OWN, "tournament", "leaderboard"])
    def test_every_command_explains_itself_and_takes_plugins(self, arena, name):
        groups = {"tournament": "run", "bench": "runner"}
        shown = arena(name, *([groups[name]] if name in groups else []), "--help")
        assert shown.code == 0
        assert "--plugin" in shown.out
        assert "--debug" in shown.out

    def test_help_loads_nothing_heavy(self):
        heavy = "numpy torch numba pettingzoo gymnasium sqlalchemy rich scipy matplotlib pygame safetensors"
        code = (
            "import sys; from arena.cli.main import run; code = run(['--help']); "
            f"loaded = set({heavy.split()!r}) & set(sys.modules); sys.exit(code or ' '.join(sorted(loaded)) or 0)"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["plaiy"], "No such command 'plaiy'"),
            (["play"], "Missing argument"),
            (["games", "--colour"], "No such option: --colour"),
            (["play", "tictactoe", "random", "random", "--games", "many"], "Invalid value for '--games'"),
        ],
    )
    def test_a_command_line_that_cannot_be_read(self, fails, arguments, message):
        assert message.lower() in fails(2, *arguments).lower()

    def test_a_broken_command_stops_no_other(self, arena, monkeypatch):
        class Entry:
            name = "broken"

            def load(self):
                raise ImportError("no module named tour")

        monkeypatch.setattr(main, "_entry_points", lambda: {"broken": Entry()})
        assert "(broken: ImportError: no module named tour)" in arena("--help").out
        assert arena("games").code == 0
        outcome = arena("broken", "anything", "--at", "all")
        assert outcome.code == 1
        assert "command 'broken' is broken: ImportError: no module named tour" in outcome.err

    def test_debug_shows_the_traceback(self, arena):
        assert "Traceback" not in arena("play", "tictactoe", "mtcs", "random").err
        outcome = arena("play", "tictactoe", "mtcs", "random", "--debug")
        assert outcome.code == 2
        assert "Traceback" in outcome.err

    def test_an_error_nobody_foresaw_is_one_line_too(self, fails, monkeypatch):
        def fail(*_):
            raise ZeroDivisionError("oh")

        monkeypatch.setattr("arena.registry.load_all", fail)
        from arena.registry import registry

        registry.cache_clear()
        assert "unforeseen ZeroDivisionError: oh. Run it again with --debug" in fails(1, "agents")

    def test_a_reader_that_goes_away_is_no_error(self):
        command = f"{sys.executable} -m arena.cli.main games | true"
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
        assert done.stderr == ""

    def test_output_to_a_full_disk(self):
        done = subprocess.run(
            ["bash", "-c", f"{sys.executable} -m arena.cli.main games --json > /dev/full"],
            capture_output=True,
            text=True,
        )
        assert done.returncode == 1
        assert done.stderr == "error: disk full: make room and try again\n"


class TestGames:
    def test_table(self, arena):
        shown = arena("games")
        assert shown.code == 0
        assert "tictactoe" in shown.out
        assert "max_cycles=15" in shown.out

    def test_json(self, arena):
        rows = {row["id"]: row for row in arena("games", "--json").json}
        classics = {"chess", "connect_four", "go", "hanabi", "leduc_holdem", "rps", "texas_holdem"}
        assert set(rows) >= {*classics, "texas_holdem_no_limit", "tictactoe", "prisoners_dilemma", "matrix"}
        assert next(iter(rows["tictactoe"])) == "id"
        assert rows["tictactoe"]["n_actions"] == 9
        assert rows["tictactoe"]["offers"] == ["model", "tree", "symmetries", "view"]
        assert rows["rps"]["simultaneous"] is True
        assert rows["rps"]["offers"] == ["model", "view"]
        assert rows["go"]["env_id"] == "classic/go-v5"


class TestAgents:
    def test_table(self, arena):
        shown = arena("agents")
        assert shown.code == 0
        for name in ("random", "first", "greedy", "minimax", "mcts", "human", "q-learning"):
            assert f"\n{name} " in shown.out

    def test_json_for_a_game_says_who_cannot_play_and_why(self, arena):
        rows = {row["id"]: row for row in arena("agents", "--game", "rps", "--json").json}
        assert rows["random"]["cannot_play"] is None
        assert rows["minimax"]["cannot_play"] == "it needs perfect information"
        assert rows["mcts"]["settings"] == {"simulations": 100, "c": 1.4, "play_out": 1_000_000}

    def test_unknown_game(self, fails):
        assert "no game 'rsp'. Did you mean 'rps'? See 'arena games'." in fails(2, "agents", "--game", "rsp")


class TestPlugins:
    def test_a_broken_one_is_shown_in_one_line_and_the_command_succeeds(self, arena, tmp_path):
        (tmp_path / "bad.py").write_text(BROKEN)
        rows = {row["name"]: row for row in arena("plugins", "--plugin", "bad.py", "--json").json}
        assert list(rows["bad"]) == ["name", "version", "source", "hooks", "state", "error"]
        assert (rows["bad"]["state"], rows["bad"]["error"]) == ("broken", "RuntimeError: no weights")
        shown = arena("plugins", "--plugin", "bad.py")
        assert shown.code == 0
        assert "RuntimeError: no weights" in shown.out
        assert "arena doctor" in shown.err

    def test_the_rest_goes_on(self, arena, tmp_path):
        (tmp_path / "bad.py").write_text(BROKEN)
        assert arena("play", "tictactoe", "first", "random", "--plugin", "bad.py").code == 0

    @pytest.mark.parametrize(
        ("code", "command", "cause"),
        [
            (
                "from arena import Game, hookimpl\ndef make():\n    raise RuntimeError('no env')\n@hookimpl\n"
                "def register_games():\n    return [Game('boom', make=make)]\n",
                "games",
                "RuntimeError: no env",
            ),
            (
                "from arena import AgentSpec, hookimpl\n@hookimpl\ndef register_agents():\n"
                "    return [AgentSpec('boom', make=print, config=int)]\n",
                "agents",
                "TypeError: a dataclass was expected",
            ),
        ],
    )
    def test_an_offer_that_fails_late_is_left_out_and_the_rest_listed(self, arena, tmp_path, code, command, cause):
        (tmp_path / "late.py").write_text(code)
        shown = arena(command, "--plugin", "late.py", "--json")
        assert shown.code == 0
        assert len(shown.json) >= 3
        assert "boom" not in {row["id"] for row in shown.json}
        assert f"plugin late is broken and may offer more: {cause}" in shown.err
        assert arena("play", "tictactoe", "first", "first", "--plugin", "late.py").code == 0
        played = ("boom", "random", "random") if command == "games" else ("tictactoe", "boom", "random")
        outcome = arena("play", *played, "--plugin", "late.py")
        assert outcome.code in (1, 2)
        assert "unforeseen" not in outcome.err
        doctor = arena("doctor", "--plugin", "late.py")
        assert doctor.code == 1

    def test_a_hook_that_leaves_the_program_does_not(self, arena, tmp_path):
        code = "import sys\nfrom arena import hookimpl\n@hookimpl\ndef register_agents():\n    sys.exit(0)\n"
        (tmp_path / "exits.py").write_text(code)
        rows = {row["name"]: row for row in arena("plugins", "--plugin", "exits.py", "--json").json}
        assert (rows["exits"]["state"], rows["exits"]["error"]) == ("broken", "SystemExit: 0")

    def test_no_such_plugin(self, fails):
        assert "no such plugin file 'gone.py'" in fails(2, "plugins", "--plugin", "gone.py")

    def test_arena_plugins_names_one_that_is_not_there(self, fails, monkeypatch):
        from arena.registry import registry

        registry.cache_clear()
        monkeypatch.setenv("ARENA_PLUGINS", "arena-foo")
        assert "no such plugin 'arena-foo' (named by ARENA_PLUGINS). Installed:" in fails(2, "plugins")
        registry.cache_clear()


class TestDoctor:
    def test_all_is_well(self, arena):
        shown = arena("doctor")
        assert shown.code == 0, shown.out
        assert "plugin agents.plugin: loaded" in shown.out
        assert shown.out.endswith("all is well\n")

    def test_a_broken_plugin_shows_its_traceback(self, arena, tmp_path):
        (tmp_path / "bad.py").write_text(BROKEN)
        shown = arena("doctor", "--plugin", "bad.py")
        assert shown.code == 1
        assert "Traceback" in shown.out
        assert "raise RuntimeError('no weights')" in shown.out
        assert "PROBLEM plugin bad is broken: RuntimeError: no weights" in shown.out
        assert shown.err == ""

    def test_another_distribution_with_our_package_names_is_named(self, arena, monkeypatch):
        real = __import__("importlib.metadata").metadata.packages_distributions()
        monkeypatch.setattr(
            "importlib.metadata.packages_distributions", lambda: {**real, "agents": ["game-ai-arena", "openai-agents"]}
        )
        shown = arena("doctor")
        assert shown.code == 1
        assert "package 'agents' is also installed by openai-agents, which may have overwritten ours" in shown.out
