"""What all tests share: no window, no sound, no plugin from outside, a clean registry."""

import os
import signal

os.environ["SDL_VIDEODRIVER"] = "dummy"
os.environ["SDL_AUDIODRIVER"] = "dummy"
os.environ["ARENA_PLUGINS"] = ""

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # the tests themselves were started in the background
    signal.signal(signal.SIGINT, signal.default_int_handler)

import pytest

from arena import registry as registry_module
from arena.entrants import load_game
from arena.game import Game


@pytest.fixture(autouse=True)
def _fresh_registry():
    """Plugins that one test adds, and games that it takes in, are unknown to the next."""
    yield
    if registry_module._extra:
        registry_module._extra.clear()
        registry_module.registry.cache_clear()
    if registry_module.registry.cache_info().currsize:
        games = registry_module.registry().games
        for game_id in [name for name, known in games.items() if known.plugin.source == "foreign"]:
            del games[game_id]


@pytest.fixture(scope="session")
def tictactoe() -> Game:
    return load_game("tictactoe")


@pytest.fixture(scope="session")
def connect_four() -> Game:
    return load_game("connect_four")


@pytest.fixture(scope="session")
def rps() -> Game:
    return load_game("rps")
