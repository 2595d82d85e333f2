"""The entrants of one tournament, loaded: told apart where they are the same, and recognised at a resume."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from arena.entrants import Entrant, load_entrant, number_duplicates
from arena.errors import ArenaError
from arena.registry import registry
from tournaments.facts import Participant, StoredEntrant, Tournament

if TYPE_CHECKING:
    from arena.agent import Agent
    from arena.game import Game


@dataclass(frozen=True)
class Lineup:
    """Entrants in the order of their invitation, each with an agent of its own."""

    entrants: tuple[Entrant, ...]
    participants: tuple[Participant, ...]
    agents: tuple[Agent, ...]

    @property
    def stored(self) -> list[StoredEntrant]:
        """What the store keeps of each."""
        return [
            StoredEntrant(
                identity=participant.identity,
                label=participant.label,
                text=entrant.text,
                agent=entrant.agent,
                version=entrant.version,
                settings=entrant.settings,
                checkpoint=entrant.checkpoint,
                reproducible=entrant.reproducible,
                move_time=entrant.move_time,
            )
            for entrant, participant in zip(self.entrants, self.participants, strict=True)
        ]

    @property
    def interactive(self) -> bool:
        """Whether somebody plays at this terminal."""
        return any("interactive" in registry().agent(entrant.agent).offer.tags for entrant in self.entrants)

    def close(self) -> None:
        """Lets the agents free what they hold; one that fails at it harms no result."""
        for agent in self.agents:
            with contextlib.suppress(Exception):
                agent.close()


def load_lineup(game: Game, texts: Sequence[str], move_time: float | None) -> Lineup:
    """Loads the entrants of `texts`. Raises UsageError or ArenaError as `arena.entrants.load_entrant` does."""
    loaded = [load_entrant(text, game, move_time=move_time) for text in texts]
    entrants = [entrant for entrant, _ in loaded]
    labels = number_duplicates([entrant.label for entrant in entrants])
    places = zip(labels, identities(entrants), (entrant.text for entrant in entrants), strict=True)
    participants = tuple(Participant(*place) for place in places)
    return Lineup(tuple(entrants), participants, tuple(agent for _, agent in loaded))


def identities(entrants: Sequence[Entrant]) -> list[str]:
    """One identity for each place: those of the same entrant invited twice are told apart by number.

    It is the entrant that counts, not its text: `mcts` and `mcts:simulations=100` may be the same. The n-th of them
    has the same identity in every tournament, and none of them that of an entrant invited once.
    """
    own = [entrant.identity for entrant in entrants]
    numbers = [own[:place].count(identity) + 1 for place, identity in enumerate(own)]
    return [
        hashlib.sha256(f"{identity}#{number}".encode()).hexdigest()[:16] if own.count(identity) > 1 else identity
        for identity, number in zip(own, numbers, strict=True)
    ]


def reload_lineup(game: Game, tournament: Tournament, known: Mapping[str, StoredEntrant]) -> Lineup:
    """The entrants of a tournament that began before. Raises ArenaError when one of them is not what it was."""
    lineup = load_lineup(game, [one.text for one in tournament.participants], tournament.move_time)
    for place, now in zip(tournament.participants, lineup.entrants, strict=True):
        before = as_entrant(known[place.identity])
        if before.identity != now.identity:
            why = difference(place.label, before, now)
            raise ArenaError(f"{why} since tournament {tournament.id} began: start a new tournament with it")
    return dataclasses.replace(lineup, participants=tournament.participants)


def as_entrant(stored: StoredEntrant) -> Entrant:
    """The entrant that was stored, as it was then."""
    fields = dataclasses.asdict(stored)
    del fields["identity"]
    return Entrant(**fields)


def difference(label: str, before: Entrant, now: Entrant) -> str:
    """What has changed about an entrant whose identity is another now, as the beginning of a sentence."""
    if before.checkpoint != now.checkpoint:
        return f"{label} was retrained"
    if before.version != now.version:
        return f"{label} went from version {before.version!r} to {now.version!r}"
    return f"the settings of {label} have changed"
