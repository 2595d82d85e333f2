"""The built-in agents. Texts instead of classes: listing them imports none of them."""

from arena import AgentSpec, hookimpl

_SEARCH = ("discrete", "perfect_information", "model", "deterministic")


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
    ]
