"""What is said of a game that is not there, or whose env cannot be made: one line with what to do next."""

import importlib
import sys
from pathlib import Path

import pytest
from pettingzoo.env_registry.registration import _load_env_creator

from arena import load_game
from tests.arena import toy_games as toys


class TestWhatIsSaidWhenItFails:
    @pytest.mark.parametrize(
        ("text", "meant"),
        [
            ("classic/ches-v6", "classic/chess-v6"),
            ("classic/chess-v5", "classic/chess-v6"),
            ("chess-v6", "classic/chess-v6"),
            ("sisl/persuit", "sisl/pursuit-v5"),
            ("mpe2/simple_spread", "mpe2/simple_spread-v3"),
            ("mpe2/simple_tga-v3", "mpe2/simple_tag-v3"),
        ],
    )
    def test_an_unknown_id_with_the_one_that_was_meant(self, refused, text, meant):
        assert refused(text) == (
            f"no game {text!r}. Did you mean {meant!r}? 'pettingzoo.pprint_registry()' lists what PettingZoo has."
        )

    @pytest.mark.parametrize("text", ["nowhere/zzz", "math/pi-v1", "json/decoder", "no.such.package/q-v1", "json/"])
    def test_an_unknown_id_that_is_like_none(self, refused, text):
        assert "Did you mean" not in refused(text)
        assert text in refused(text)

    def test_a_module_that_is_not_there(self, refused, folder):
        assert refused("no_such_module:env") == (
            "game 'no_such_module:env': module 'no_such_module' cannot be imported (No module named 'no_such_module')"
        )

    @pytest.mark.parametrize(
        ("line", "cause"),
        [
            ("import sys; sys.exit(3)", "(3)"),
            ("1 / 0", "(division by zero)"),
            ("def", "(invalid syntax (broken.py, line 1))"),
        ],
    )
    def test_a_module_that_cannot_be_imported(self, refused, module, line, cause):
        module("broken", line + "\n")
        assert refused("broken:env") == f"game 'broken:env': module 'broken' cannot be imported {cause}"

    @pytest.mark.parametrize("name", ["nothing", "number"])
    def test_a_function_that_is_not_there(self, refused, module, name):
        module("empty", "number = 3\n")
        assert refused(f"empty:{name}") == f"game 'empty:{name}': module 'empty' has no function {name!r}"

    @pytest.mark.parametrize(
        ("body", "cause"),
        [
            ("return {}", "TypeError: make returned a dict, which is no PettingZoo env"),
            ("return None", "TypeError: make returned a NoneType, which is no PettingZoo env"),
            ("raise RuntimeError('no board')", "RuntimeError: no board"),
            ("raise SystemExit(0)", "SystemExit: 0"),
            ("import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'"),
        ],
    )
    def test_a_function_that_makes_no_env(self, refused, module, body, cause):
        module("fails", f"def env():\n    {body}\n")
        assert refused("fails:env") == f"game 'fails:env': its env cannot be made ({cause})"

    def test_a_function_that_wants_arguments(self, refused, module):
        module("wants", "def env(size):\n    return None\n")
        assert "its env cannot be made (TypeError: env() missing 1 required positional argument: 'size')" in refused(
            "wants:env"
        )

    def test_a_registered_entry_point_that_cannot_be_imported(self, refused, pz_register):
        pz_register("aec", "mine/gone-v0", entry_point="no_such_module:env")
        assert "its env cannot be made (FailedToImport: Failed to import entry point" in refused("mine/gone-v0")

    def test_a_package_that_is_not_installed(self, refused, monkeypatch):
        def find_spec(name, *_):
            if name.partition(".")[0] == "mpe2":
                return None
            return real(name, *_)

        real = importlib.util.find_spec
        monkeypatch.setattr(importlib.util, "find_spec", find_spec)
        assert refused("mpe2/simple_tag-v3") == (
            "no game 'mpe2/simple_tag-v3'. Its package is not installed: pip install 'game-ai-arena[mpe2]'. "
            "'pettingzoo.pprint_registry()' lists what PettingZoo has."
        )

    @pytest.mark.parametrize(
        ("text", "missing", "extra"),
        [
            ("classic/chess-v6", "pettingzoo.classic.chess.chess", "classic"),
            ("butterfly/pistonball-v6", "pettingzoo.butterfly.pistonball.pistonball", "butterfly"),
            ("sisl/pursuit-v5", "pettingzoo.sisl.pursuit.pursuit", "sisl"),
        ],
    )
    def test_packages_that_one_of_our_extras_brings(self, refused, monkeypatch, text, missing, extra):
        monkeypatch.delattr(missing, raising=False)
        monkeypatch.setitem(sys.modules, missing, None)
        _load_env_creator.cache_clear()
        said = refused(text)
        assert said.startswith(f"game {text!r} needs packages that are not here (")
        assert said.endswith(f"pip install 'game-ai-arena[{extra}]'")

    def test_a_module_of_such_a_package_that_is_broken(self, refused, module, folder, monkeypatch):
        (folder / "broken_games").mkdir()
        (folder / "broken_games" / "__init__.py").touch()
        (folder / "broken_games" / "pig_v0.py").write_text("import no_such_module\n")
        monkeypatch.syspath_prepend(folder)
        assert refused("broken_games/pig-v0") == (
            "game 'broken_games/pig-v0': module 'broken_games.pig_v0' cannot be imported "
            "(No module named 'no_such_module')"
        )

    def test_an_env_without_metadata(self, module):
        text = Path(toys.__file__).read_text()
        module("plain", text.replace('    metadata: ClassVar = {"name": "toy_v0", "render_modes": []}\n', ""))
        game = load_game("plain:Toy")
        assert not game.simultaneous
        assert game.n_players == 2
