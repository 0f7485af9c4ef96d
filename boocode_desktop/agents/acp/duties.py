"""What agents ask of us, by method: read leniently, done for the session named by the frame, and only in its turn."""

from collections.abc import Awaitable, Callable, Mapping

from acp.exceptions import RequestError
from acp.meta import CLIENT_METHODS

from boocode_desktop.agents.acp import file_duties, question_duties, terminal_duties
from boocode_desktop.agents.acp.loose import object_of, text_of
from boocode_desktop.agents.acp.request import REFUSED, Request
from boocode_desktop.agents.acp.session import AcpSession
from boocode_desktop.domain.events import Json

Duty = Callable[[Request], Awaitable[Json]]
ELICITATION = CLIENT_METHODS["elicitation_create"]
PERMISSION = CLIENT_METHODS["session_request_permission"]


def duty_table() -> dict[str, Duty]:
    """Every method that agents may call."""
    return {
        PERMISSION: question_duties.request_permission,
        ELICITATION: question_duties.elicit,
        CLIENT_METHODS["fs_read_text_file"]: file_duties.read_file,
        CLIENT_METHODS["fs_write_text_file"]: file_duties.write_file,
        CLIENT_METHODS["terminal_create"]: terminal_duties.create,
        CLIENT_METHODS["terminal_output"]: terminal_duties.output,
        CLIENT_METHODS["terminal_wait_for_exit"]: terminal_duties.wait_for_exit,
        CLIENT_METHODS["terminal_kill"]: terminal_duties.kill,
        CLIENT_METHODS["terminal_release"]: terminal_duties.release,
    }


class ClientDuties:
    """Handles the requests of one agent's child. `sessions` are those of that child."""

    def __init__(self, agent: str, sessions: Mapping[str, AcpSession], environ: Mapping[str, str]) -> None:
        self._agent = agent
        self._sessions = sessions
        self._environ = environ
        self._table = duty_table()

    async def handle(self, method: str, params: object, is_notification: bool) -> Json:
        """The package's handler.

        Raises:
            RequestError: unknown method or session, no turn runs, refused, or failed.
        """
        duty = self._table.get(method)
        if duty is None or is_notification:
            raise RequestError.method_not_found(method)
        given = object_of(params)
        session = self._sessions.get(text_of(given.get("sessionId")))
        if session is None and method == ELICITATION:
            return question_duties.NOT_FILLED_IN
        if session is None:
            raise RequestError.invalid_params({"details": "no such session"})
        turn = session.turn
        if turn is None or turn.closed:
            return _out_of_turn(method)
        return await duty(Request(self._agent, session, turn, given, self._environ))


def _out_of_turn(method: str) -> Json:
    """Outside a turn nothing may happen, and agents are told so in the words they wait for."""
    if method == PERMISSION:
        return question_duties.CANCELLED
    if method == ELICITATION:
        return question_duties.NOT_FILLED_IN
    raise RequestError(REFUSED, "no prompt is running in this session")
