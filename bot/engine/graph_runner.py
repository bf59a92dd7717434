"""Runs the components of a model one after the other.

Rasa plans each run anew with Dask: 1 ms of a turn, for a plan that never changes.
"""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Tuple

from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import ExecutionContext, GraphNode, GraphNodeHook, GraphSchema
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.storage import ModelStorage

Step = Tuple[str, GraphNode, Tuple[str, ...]]
"""Name, component and the names of what it needs."""


class DirectGraphRunner(GraphRunner):
    """Keeps the order of the components for each set of targets."""

    def __init__(self, schema: GraphSchema, nodes: Mapping[str, GraphNode]) -> None:
        self._schema, self._nodes = schema, nodes
        self._plans: Dict[Tuple[str, ...], List[Step]] = {}

    @classmethod
    def create(
        cls,
        graph_schema: GraphSchema,
        model_storage: ModelStorage,
        execution_context: ExecutionContext,
        hooks: Optional[List[GraphNodeHook]] = None,
    ) -> DirectGraphRunner:
        """The runner with its components loaded."""
        nodes = {
            name: GraphNode.from_schema_node(name, node, model_storage, execution_context, hooks)
            for name, node in graph_schema.nodes.items()
        }
        return cls(graph_schema, nodes)

    def run(
        self, inputs: Optional[Dict[str, Any]] = None, targets: Optional[List[str]] = None
    ) -> Dict[str, Any]:
        """The outputs of the targets. Raises GraphRunError: an input has the name of a component."""
        clash = set(inputs or ()) & set(self._nodes)
        if clash:
            raise GraphRunError(f"inputs have the names of components: {', '.join(sorted(clash))}")
        wanted = tuple(targets or self._schema.target_names)
        found: Dict[str, Any] = dict(inputs or {})
        for name, node, needs in self._plan(wanted):
            found[name] = node(*((need, found[need]) for need in needs))[1]
        return {name: found[name] for name in wanted}

    def _plan(self, targets: Tuple[str, ...]) -> List[Step]:
        if targets not in self._plans:
            order: List[str] = []
            for target in targets:
                self._add(target, order)
            self._plans[targets] = [(name, self._nodes[name], self._needs(name)) for name in order]
        return self._plans[targets]

    def _add(self, name: str, order: List[str]) -> None:
        """Put a component behind everything that it needs; what is no component comes with the inputs."""
        if name in order or name not in self._nodes:
            return
        for need in self._needs(name):
            self._add(need, order)
        order.append(name)

    def _needs(self, name: str) -> Tuple[str, ...]:
        return tuple(self._schema.nodes[name].needs.values())
