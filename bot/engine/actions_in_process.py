"""Actions without a second process: the action server's own executor behind Rasa's endpoint interface."""

from __future__ import annotations

from typing import Any, Dict, Optional

import orjson
from rasa.utils.endpoints import ClientResponseError, EndpointConfig
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection


class InProcessActions(EndpointConfig):
    """An action endpoint that runs the package `actions` here. Request and response pass through JSON as on the wire,
    so an action that works here works on an action server."""

    def __init__(self, package: str = "actions") -> None:
        # no action here reads the domain, and it is by far the largest part of a call
        super().__init__("http://in-process", enable_selective_domain=True)
        self.executor = ActionExecutor()
        self.executor.register_package(package)

    async def request(self, method: str = "post", subpath: Optional[str] = None, **kwargs: Any) -> Any:
        """Run the action named in the request.

        Raises ClientResponseError with status 400 when the action rejects its execution, as the action server answers.
        """
        call: Dict[str, Any] = orjson.loads(orjson.dumps(kwargs["json"]))
        try:
            return orjson.loads(orjson.dumps(await self.executor.run(call)))
        except ActionExecutionRejection as rejection:
            body = orjson.dumps({"error": str(rejection), "action_name": rejection.action_name})
            raise ClientResponseError(400, "rejected", body) from rejection
