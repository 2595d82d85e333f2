"""Which agents and games there are: what the plugins offer, by id."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from arena.agent import AgentSpec
from arena.errors import BrokenPluginError, UsageError, did_you_mean
from arena.game import Game
from arena.plugins import PluginInfo, Plugins, load_all, load_dotted

Offer = TypeVar("Offer", AgentSpec, Game)


@dataclass(frozen=True)
class Registered(Generic[Offer]):
    """An agent or a game and the plugin it comes from."""

    offer: Offer
    plugin: PluginInfo


class Registry:
    """All agents and games of a set of plugins. The first plugin that offers an id keeps it; built-ins come first."""

    def __init__(self, plugins: Plugins) -> None:
        self.plugins = plugins
        self.agents: dict[str, Registered[AgentSpec]] = {}
        self.games: dict[str, Registered[Game]] = {}
        self._collect("register_agents", AgentSpec, self.agents, "agent")
        self._collect("register_games", Game, self.games, "game")

    def _collect(self, hook: str, kind: type[Offer], into: dict[str, Registered[Offer]], word: str) -> None:
        for info, offers in self.plugins.call(hook):
            try:
                _take(info, _all_of(offers, kind, hook), into, word)
            except Exception as error:
                info.fail(error)

    def agent(self, agent_id: str) -> Registered[AgentSpec]:
        """The agent of that id. Raises UsageError when there is none."""
        return self._find(agent_id, self.agents, "agent")

    def game(self, game_id: str) -> Registered[Game]:
        """The game of that id. Raises UsageError when there is none."""
        return self._find(game_id, self.games, "game")

    def _find(self, name: str, known: dict[str, Registered[Offer]], word: str) -> Registered[Offer]:
        if name in known:
            return known[name]
        hint = did_you_mean(name, known)
        raise UsageError(f"no {word} {name!r}.{hint} See 'arena {word}s'.{self._broken_hint()}")

    def _broken_hint(self) -> str:
        broken = [info.name for info in self.plugins.infos.values() if info.state == "broken"]
        return f" (A broken plugin may offer it: {', '.join(broken)}; see 'arena doctor'.)" if broken else ""

    def resolve(self, registered: Registered[AgentSpec], part: str) -> Any:
        """`make`, `config` or `learner` of a spec, imported when it is a text.

        Raises BrokenPluginError when the import fails: the plugin is there, but cannot be used.
        """
        value = getattr(registered.offer, part)
        if not isinstance(value, str):
            return value
        try:
            return load_dotted(value)
        except (ImportError, AttributeError) as error:
            registered.plugin.fail(error)
            raise BrokenPluginError(
                f"agent {registered.offer.id!r}: plugin {registered.plugin.label!r} is broken: "
                f"{part} {value!r} cannot be imported ({error}). See 'arena doctor'."
            ) from error


def _all_of(offers: Any, kind: type[Offer], hook: str) -> Iterable[Offer]:
    if not isinstance(offers, list | tuple) or not all(isinstance(offer, kind) for offer in offers):
        raise TypeError(f"{hook} must return a list of {kind.__name__}, not {offers!r}")
    return offers


def _take(info: PluginInfo, offers: Iterable[Offer], into: dict[str, Registered[Offer]], word: str) -> None:
    for offer in offers:
        if not offer.id or set(offer.id) & set(" :,()="):
            raise ValueError(f"{word} id {offer.id!r} is empty or holds one of the characters ' :,()='")
        if offer.id in into:
            owner = into[offer.id].plugin.label
            raise ValueError(
                f"{word} id {offer.id!r} is already taken by plugin {owner!r}; plugin {info.label!r} offers it again"
            )
        into[offer.id] = Registered(offer, info)


_extra: list[str] = []


def use_plugins(names: Iterable[str]) -> None:
    """Adds plugins (`--plugin`) to those the process loads; they count from the next `registry()` on."""
    _extra.extend(name for name in names if name not in _extra)
    registry.cache_clear()


def extra_plugins() -> tuple[str, ...]:
    """The plugins that were added with `--plugin`, as they were named."""
    return tuple(_extra)


@functools.cache
def registry() -> Registry:
    """The registry of this process, made at the first call."""
    return Registry(load_all(tuple(_extra)))


def notify(hook: str, **arguments: Any) -> None:
    """Calls `hook` of every plugin that has it; one that raises is marked broken and stops nothing."""
    for _ in registry().plugins.call(hook, **arguments):
        pass
