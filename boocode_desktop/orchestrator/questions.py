"""authorize(), the only door: every side effect and every question to a person passes here.

A question is stored before it is asked. Who answers depends on the program: a person in the window or at the other
end of `--stdin-json`, or nobody, and then the headless policy does.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from boocode_desktop.domain import records as rec
from boocode_desktop.domain.codec import to_plain
from boocode_desktop.domain.errors import NotFoundError, UserFacingError
from boocode_desktop.domain.events import AskOption, PermissionRequested, PermissionResolved
from boocode_desktop.domain.ids import new_id
from boocode_desktop.domain.permission_patterns import parse_pattern
from boocode_desktop.domain.permissions import Action, Verdict, decide, suggest_rule
from boocode_desktop.orchestrator.ports.agents import Authorization
from boocode_desktop.orchestrator.ports.store import Store
from boocode_desktop.orchestrator.recorder import ChatRecorder

Policy = Literal["ask", "deny", "allow"]
TOOL_OPTIONS = (
    AskOption(id="once", label="Once", effect="allow_once"),
    AskOption(id="session", label="Always for this session", effect="allow_always"),
    AskOption(id="deny", label="Deny", effect="deny"),
)


@dataclass(slots=True)
class _Waiting:
    """A question that waits in this process."""

    request: PermissionRequested
    recorder: ChatRecorder
    answer: asyncio.Future[PermissionResolved] = field(default_factory=asyncio.Future)


class QuestionDesk:
    """Decides, asks, and remembers answers. `attended` says whether a person can answer in this process; `commands`
    what the settings say of commands that no rule matches, asked each time, which counts where a person is."""

    def __init__(
        self,
        store: Store,
        *,
        attended: bool,
        policy: Policy = "ask",
        commands: Callable[[], Policy] = lambda: "ask",
    ) -> None:
        self._store = store
        self.attended = attended
        self.policy = policy
        self._commands = commands
        self._waiting: dict[str, _Waiting] = {}
        self._granted_once: set[tuple[str, str]] = set()

    async def authorize(
        self,
        recorder: ChatRecorder,
        scopes: Sequence[str],
        action: Action,
        *,
        trace_id: str = "",
        title: str = "",
        options: tuple[AskOption, ...] = (),
    ) -> Authorization:
        """Whether an action may happen now; waits for a person where one is asked."""
        verdict = decide(action, await self._store.rules(["", *scopes]))
        if verdict.effect == "allow":
            return Authorization(allowed=True, why=verdict.why, rule=verdict.rule)
        if verdict.effect == "deny":
            return Authorization(allowed=False, why=verdict.why, rule=verdict.rule)
        # Where no rule can lift the question, none is offered; the action's own spelling still names the grant.
        rule, once = verdict.rule, (recorder.chat_id, verdict.rule or suggest_rule(action))
        if once in self._granted_once:
            self._granted_once.discard(once)
            return Authorization(allowed=True, why="allowed once before the interruption", rule=rule)
        if self.policy == "allow":
            return Authorization(allowed=True, why="allowed by --permissions allow", rule=rule)
        if self.policy == "deny" or not self.attended:
            return Authorization(allowed=False, why=_nobody(self.policy, verdict, rule), rule=rule)
        settled = _by_setting(self._commands(), action, verdict, rule)
        if settled is not None:
            return settled
        request = PermissionRequested(
            request_id=new_id("ask"),
            kind="tool",
            title=title or f"Allow {action.tool}?",
            options=options or tuple(o for o in TOOL_OPTIONS if rule or o.effect != "allow_always"),
            trace_id=trace_id,
            tool=action.tool,
            argv=action.argv,
            cwd=action.cwd,
            path=action.path,
            reason=verdict.why,
            rule=rule,
        )
        return await self._authorization(recorder, request, await self.ask(recorder, request))

    async def _authorization(
        self, recorder: ChatRecorder, request: PermissionRequested, answer: PermissionResolved
    ) -> Authorization:
        effect = next((o.effect for o in request.options if o.id == answer.option_id), "deny")
        if effect == "allow_always":
            await self.add_rule("allow", answer.text or request.rule, scope=recorder.session_id)
        if effect in ("allow_once", "allow_always"):
            return Authorization(allowed=True, why="allowed by you", rule=request.rule, option_id=answer.option_id)
        why = "you denied it" if answer.by == "user" else "nobody answered"
        why = f"{why}: {answer.text}" if answer.text else why
        return Authorization(allowed=False, why=why, rule=request.rule, option_id=answer.option_id)

    async def ask(self, recorder: ChatRecorder, request: PermissionRequested) -> PermissionResolved:
        """Ask a person. Unattended, the question is recorded and answered with nothing at once."""
        if not request.request_id:
            request = replace(request, request_id=new_id("ask"))
        if not self.attended:
            await recorder.emit(request)
            nothing = PermissionResolved(request_id=request.request_id, by="headless")
            return await self._settle(recorder, request, nothing)
        waiting = self._waiting[request.request_id] = _Waiting(request, recorder)
        try:
            await recorder.emit(request)
            answer = await waiting.answer
        except asyncio.CancelledError:
            if recorder.turn is not None:
                await self._settle(recorder, request, PermissionResolved(request_id=request.request_id, by="cancelled"))
            raise
        finally:
            self._waiting.pop(request.request_id, None)
        return await self._settle(recorder, request, answer)

    async def _settle(
        self, recorder: ChatRecorder, request: PermissionRequested, answer: PermissionResolved
    ) -> PermissionResolved:
        row = await self._store.ask(request.request_id)
        extra = (replace(row, answer=to_plain(answer)),) if row is not None else ()
        await recorder.emit(answer, extra=extra)
        return answer

    async def open(self, *, chat_id: str = "", session_id: str = "") -> Sequence[rec.Ask]:
        """Questions without an answer, of this run of the program or an earlier one."""
        return await self._store.open_asks(chat_id=chat_id, session_id=session_id)

    async def answer(self, request_id: str, *, option_id: str = "", text: str = "") -> None:
        """Answer a question once.

        Raises:
            NotFoundError: there is no such question.
            UserFacingError: it has its answer already, or the option is none of its own.
        """
        waiting = self._waiting.get(request_id)
        answer = PermissionResolved(request_id=request_id, option_id=option_id, text=text)
        if waiting is not None and not waiting.answer.done():
            _check_option(option_id, [o.id for o in waiting.request.options], free=waiting.request.kind != "tool")
            waiting.answer.set_result(answer)
            return
        row = await self._store.ask(request_id)
        if row is None:
            raise NotFoundError("There is no such question.", "It may have ended with its turn.")
        if row.answer is not None:
            raise UserFacingError("This question was answered already.", "Nothing was changed.")
        _check_option(option_id, [o["id"] for o in row.body.get("options", [])], free=row.kind != "tool")
        await self._store.save(replace(row, answer=to_plain(answer)))
        await self._honour_late(row, answer)

    async def _honour_late(self, row: rec.Ask, answer: PermissionResolved) -> None:
        """An answer to a question of an interrupted turn counts when the agent asks the same again."""
        rule = row.body.get("rule", "")
        if row.kind != "tool" or not rule:
            return
        effects = {o["id"]: o.get("effect", "") for o in row.body.get("options", [])}
        if effects.get(answer.option_id) == "allow_once":
            self._granted_once.add((row.chat_id, rule))
        elif effects.get(answer.option_id) == "allow_always":
            await self.add_rule("allow", answer.text or rule, scope=row.session_id)

    async def answered(self, *, limit: int = 50) -> Sequence[rec.Ask]:
        """What was asked and answered, newest first."""
        return await self._store.answered_asks(limit)

    async def rules(self, scopes: Sequence[str] = ("",)) -> Sequence[rec.PermissionRule]:
        """The rules of these scopes: "" for those that hold everywhere, else a session's or a project's id."""
        return await self._store.rules(scopes)

    async def add_rule(self, effect: str, pattern: str, *, scope: str = "") -> rec.PermissionRule:
        """Store a rule.

        Raises:
            UserFacingError: the effect or the pattern is wrong.
        """
        parse_pattern(pattern)
        if effect not in ("allow", "ask", "deny"):
            raise UserFacingError(f"“{effect}” is no effect.", "Use allow, ask or deny.")
        rule = rec.PermissionRule(
            id=new_id("rul"),
            effect=effect,  # type: ignore[arg-type]
            pattern=pattern,
            scope=scope,
            created_at=time.time(),
        )
        await self._store.save(rule, durable=True)
        return rule

    async def remove_rule(self, rule_id: str) -> None:
        """Delete a rule."""
        await self._store.delete_rule(rule_id)

    async def withdraw(self, chat_id: str) -> None:
        """The turn of a chat is being stopped: nobody needs to answer its questions any more."""
        for waiting in list(self._waiting.values()):
            if waiting.recorder.chat_id == chat_id and not waiting.answer.done():
                waiting.answer.set_result(PermissionResolved(request_id=waiting.request.request_id, by="cancelled"))


def _by_setting(commands: Policy, action: Action, verdict: Verdict, rule: str) -> Authorization | None:
    """What the settings say of a command that no rule matches, None where they ask.

    They never allow what only a rule that spells it out could.
    """
    if action.kind != "run" or verdict.ruled or commands == "ask":
        return None
    if commands == "deny":
        way_out = f" A rule `allow {rule}` would allow it." if rule else ""
        why = f"Denied: the settings deny commands that no rule matches. {verdict.why}.{way_out}"
        return Authorization(allowed=False, why=why, rule=rule)
    if verdict.careful:
        return None
    return Authorization(allowed=True, why="the settings allow commands that no rule matches", rule=rule)


def _nobody(policy: Policy, verdict: Verdict, rule: str) -> str:
    by = "--permissions deny" if policy == "deny" else "nobody is there to ask"
    way_out = f" A rule `allow {rule}` would allow it." if rule else ""
    return f"Denied: {by}. {verdict.why}.{way_out}"


def _check_option(option_id: str, known: list[str], *, free: bool) -> None:
    if option_id in known or (free and not option_id):
        return
    raise UserFacingError(f"“{option_id}” is none of the answers.", f"Choose one of: {', '.join(known)}.")
