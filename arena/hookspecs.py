"""The hooks a plugin may implement. This file is their reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from arena.agent import AgentSpec
    from arena.game import Game
    from arena.match import MatchRecord

hookspec = pluggy.HookspecMarker("arena")
hookimpl = pluggy.HookimplMarker("arena")


@hookspec
def register_agents() -> list[AgentSpec]:
    """The agents this plugin offers, one `AgentSpec` each."""
    return []


@hookspec
def register_games() -> list[Game]:
    """The games this plugin offers, one `Game` each."""
    return []


@hookspec
def match_finished(result: MatchRecord) -> None:
    """Called in the process that keeps the results, once for each match that `arena play` or a tournament ends."""
