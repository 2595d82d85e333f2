"""The built-in agents. Texts instead of classes: listing them imports none of them."""

import math

from arena import AgentSpec, Game, hookimpl

_SEARCH = ("discrete", "perfect_information", "model", "deterministic")

# id -> (class in agents.repeated_dilemma, summary)
_DILEMMA = {
    "all-c": ("AllC", "always cooperates"),
    "all-d": ("AllD", "always defects"),
    "tit-for-tat": ("TitForTat", "cooperates, then repeats their last move"),
    "suspicious-tit-for-tat": ("SuspiciousTitForTat", "tit for tat that begins with a defection"),
    "generous-tit-for-tat": ("GenerousTitForTat", "tit for tat that forgives a share of defections"),
    "contrite-tit-for-tat": ("ContriteTitForTat", "tit for tat that accepts the punishment of its own slips"),
    "hard-tit-for-tat": ("HardTitForTat", "defects if they did in any of the last three rounds"),
    "two-tits-for-tat": ("TwoTitsForTat", "answers each defection with two"),
    "tit-for-two-tats": ("TitForTwoTats", "defects after two defections in a row only"),
    "grudger": ("Grudger", "cooperates until their first defection, then never again"),
    "pavlov": ("Pavlov", "win-stay, lose-shift"),
    "gradual": ("Gradual", "answers their n-th defection with n defections and two cooperations"),
    "joss": ("Joss", "tit for tat that answers one cooperation in ten with a defection"),
    "detective": ("Detective", "C D C C, then tit for tat if they ever hit back, else defects"),
    "prober": ("Prober", "D C C, then defects if they put up with it, else tit for tat"),
    "alternator": ("Alternator", "cooperates and defects by turns"),
    "soft-majority": ("SoftMajority", "does what they did most; cooperates when that is even"),
    "hard-majority": ("HardMajority", "does what they did most; defects when that is even"),
    "firm-but-fair": ("FirmButFair", "defects after it was exploited, forgives two of three mutual defections"),
    "extort-2": ("ExtortTwo", "zero-determinant: gains twice what they gain over mutual defection"),
}


def _no_dilemma(game: Game) -> str | None:
    """Why the strategies of the repeated prisoner's dilemma cannot play a game."""
    if game.simultaneous and game.n_actions == 2:
        return None
    return "it plays the repeated prisoner's dilemma: two seats that choose at once between two actions"


def _no_scale(game: Game) -> str | None:
    """Why a search that scales returns to 0..1 cannot play a game."""
    if all(map(math.isfinite, game.return_range)):
        return None
    return "it needs to know the lowest and the highest return of a game"


def _dilemma_agents() -> list[AgentSpec]:
    configs = {"generous-tit-for-tat": "agents.repeated_dilemma:GenerousConfig"}
    return [
        AgentSpec(
            agent_id,
            make=f"agents.repeated_dilemma:{name}",
            config=configs.get(agent_id, "agents.simple:NoConfig"),
            needs=("discrete", "two_players"),
            supports=_no_dilemma,
            summary=summary,
            tags=("dilemma",),
        )
        for agent_id, (name, summary) in _DILEMMA.items()
    ]


@hookimpl
def register_agents() -> list[AgentSpec]:
    """The built-in agents."""
    return [
        AgentSpec(
            "random",
            make="agents.simple:RandomAgent",
            config="agents.simple:NoConfig",
            needs=(),
            summary="any legal action, all equally likely",
        ),
        AgentSpec(
            "first",
            make="agents.simple:FirstAgent",
            config="agents.simple:NoConfig",
            needs=("numbered",),
            summary="the legal action of the lowest number",
        ),
        AgentSpec(
            "greedy",
            make="agents.greedy:GreedyAgent",
            config="agents.simple:NoConfig",
            needs=_SEARCH,
            summary="wins at once if it can, else keeps the others from winning at once, else random",
        ),
        AgentSpec(
            "minimax",
            make="agents.minimax:MinimaxAgent",
            config="agents.minimax:Config",
            needs=(*_SEARCH, "two_players", "zero_sum"),
            summary="alpha-beta with a transposition table; exact where it reaches the end",
            tags=("search",),
        ),
        AgentSpec(
            "mcts",
            make="agents.mcts_config:make",
            config="agents.mcts_config:Config",
            needs=("discrete", "model"),
            supports=_no_scale,
            summary="Monte Carlo tree search with random play-outs; over information sets where something is hidden",
            tags=("search",),
        ),
        AgentSpec(
            "human",
            make="agents.human:HumanAgent",
            config="agents.simple:NoConfig",
            needs=("numbered",),
            summary="you, at the terminal",
            tags=("interactive",),
            reproducible=False,
        ),
        AgentSpec(
            "q-learning",
            make="agents.q_learning:QAgent",
            config="agents.q_learning:Config",
            learner="agents.q_learning:QLearner",
            needs=(*_SEARCH, "two_players", "zero_sum"),
            summary="tabular Q-learning by self-play, with afterstates and symmetries",
            tags=("learner",),
        ),
        *_dilemma_agents(),
    ]
