"""The actions as a server of their own: the package `actions` behind rasa_sdk's executor, without Rasa and TensorFlow.

rasa_sdk's own server answers a failure with the whole request, which holds what the student wrote, lets pages of any
origin in and takes 100 MB; so its executor is served here.
"""

from __future__ import annotations

import gc
import logging
from typing import Any, Dict

from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException
from rasa_sdk.utils import check_version_compatibility
from sanic import Sanic, response
from sanic.exceptions import InvalidUsage, NotFound, SanicException, ServiceUnavailable
from sanic.request import Request
from sanic.response import HTTPResponse

from actions.base import new_error_id
from bot.knowledge.base import knowledge
from bot.ops import logs

logger = logging.getLogger(__name__)

MAX_BODY = 8 * 1024 * 1024
"""Bytes of a call: the session's events with their cards and the domain; ten turns at their longest make 1.5 MB."""


def build_app() -> Sanic:
    """The web application: POST /webhook runs an action, GET /health says that actions can be run."""
    app = Sanic("campus_yibao_actions", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = MAX_BODY
    app.config.FALLBACK_ERROR_FORMAT = "json"
    app.ctx.executor = ActionExecutor()
    app.ctx.executor.register_package("actions")
    app.add_route(_webhook, "/webhook", methods=["POST"])
    app.add_route(_health, "/health", methods=["GET"])
    app.error_handler.add(Exception, _on_error)
    return app


async def _webhook(request: Request) -> HTTPResponse:
    """Run the action that a call names; answers as rasa_sdk's server does, in the contract that Rasa's client expects."""
    call = _call(request)
    try:
        return response.json(await request.app.ctx.executor.run(call))
    except ActionExecutionRejection as rejection:
        return response.json({"error": str(rejection), "action_name": rejection.action_name}, status=400)
    except ActionNotFoundException as error:
        logger.error("a call names an action that there is not; are assistant and actions of the same version?")
        return response.json({"error": str(error), "action_name": error.action_name}, status=404)


def _call(request: Request) -> Dict[str, Any]:
    """The call in a request. Raises InvalidUsage: it is none."""
    call = request.json  # raises InvalidUsage for what is no JSON
    if not isinstance(call, dict) or not isinstance(call.get("next_action"), str) or not call["next_action"]:
        raise InvalidUsage("a call is an object with next_action and tracker")
    if not isinstance(call.get("tracker"), dict):
        raise InvalidUsage("a call needs the tracker of its conversation")
    check_version_compatibility(call.get("version"))
    return call


async def _health(request: Request) -> HTTPResponse:
    return response.json({"status": "ok", "actions": len(request.app.ctx.executor.actions)})


def _on_error(request: Request, error: Exception) -> HTTPResponse:
    if isinstance(error, SanicException) and error.status_code < 500:
        message = "there is nothing at this address" if isinstance(error, NotFound) else str(error)
        return response.json({"error": message}, status=error.status_code, headers=getattr(error, "headers", None))
    if isinstance(error, ServiceUnavailable):  # what Sanic makes of a client that went away
        return response.json({"error": "given up"}, status=error.status_code)
    error_id = new_error_id()
    logger.error("a call failed, error id %s", error_id, exc_info=error)
    return response.json({"error": "internal error", "error_id": error_id}, status=500)


def serve(host: str, port: int) -> None:
    """Run until interrupted. Raises KnowledgeError before the port is opened."""
    knowledge()
    app = build_app()
    logs.serve()
    gc.freeze()
    gc.enable()
    print(
        f"动作服务器已启动：http://{host}:{port}/webhook，{len(app.ctx.executor.actions)} 个动作；Ctrl-C 结束。",
        flush=True,
    )
    app.run(host=host, port=port, workers=1, access_log=False, motd=False)
