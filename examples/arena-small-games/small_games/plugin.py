"""What the arena finds: the entry point in `pyproject.toml` names this module."""

from arena import AgentSpec, Game, hookimpl

from small_games.kuhn import KUHN
from small_games.nim import NIM
from small_games.perfect import NIM_PERFECT


@hookimpl
def register_games() -> list[Game]:
    """The games of this distribution."""
    return [NIM, KUHN]


@hookimpl
def register_agents() -> list[AgentSpec]:
    """Its agents."""
    return [NIM_PERFECT]
