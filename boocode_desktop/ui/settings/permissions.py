"""The permissions page: what happens without a rule, the rules with their scopes, and what was decided lately."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.domain.events import Envelope, PermissionResolved
from boocode_desktop.domain.records import Ask, PermissionRule
from boocode_desktop.orchestrator.views import ProjectView
from boocode_desktop.ui.ages import age
from boocode_desktop.ui.composer.pickers import Choice, Picker
from boocode_desktop.ui.context import Context
from boocode_desktop.ui.first_run.choice_card import text_label
from boocode_desktop.ui.settings.form import SettingsForm
from boocode_desktop.ui.settings.parts import Section, page_column, words_of
from boocode_desktop.ui.settings.rows import clear, lay_out_again
from boocode_desktop.ui.theme.fonts import code_font, ui_font
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import METRICS
from boocode_desktop.ui.widgets.buttons import Button, IconButton
from boocode_desktop.ui.widgets.chips import Chip, Tone
from boocode_desktop.ui.widgets.labels import ElidedLabel
from boocode_desktop.ui.widgets.line_list import Line, LineList

EVERYWHERE = "everywhere"
EFFECTS: dict[str, Tone] = {"allow": "ok", "ask": "warn", "deny": "bad"}
_RECENT, _RECENT_LEAST, _RECENT_MOST, _TWO_LINES = 50, 46, 420, 46
_AT_ONCE, _EFFECT_WIDTH, _ONE_LINE = 8, 46, 540
_HINT = "run: a command · read:, write:, delete: a path · fetch: a host · mcp: server/tool · tool: name"
_ICONS = {"allow": "circle-check", "ask": "circle-question-mark", "deny": "circle-slash"}
_SIGNS = {"ok": ("circle-check", "ok"), "bad": ("circle-slash", "bad")}
_WHO = {"rule": "by a rule", "headless": "nobody was there to ask", "cancelled": "withdrawn with its turn"}


def scope_names(overview: Sequence[ProjectView]) -> dict[str, str]:
    """Every scope a rule can have, by its id, as people read it."""
    names = {"": EVERYWHERE}
    for view in overview:
        names[view.project.id] = f"project {view.project.name}"
        names |= {s.session.id: f"session {s.session.title or 'without a name'}" for s in view.sessions}
    return names


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A decision as a row: what was asked, what came of it, and its tone."""

    title: str
    answer: str
    tone: Tone
    at: float


def decided(ask: Ask) -> Decided:
    """What came of a question."""
    answer, body = ask.answer or {}, ask.body
    options = {option["id"]: option for option in body.get("options", ())}
    chosen = options.get(answer.get("option_id", ""), {})
    effect = str(chosen.get("effect", ""))
    by = answer.get("by", "user")
    words = chosen.get("label") or answer.get("text") or ("answered" if by == "user" else _WHO.get(by, by))
    argv = body.get("argv") or ()
    title = " ".join(argv) if argv else body.get("path") or body.get("title") or ask.kind
    tone: Tone = "ok" if effect.startswith("allow") else "bad" if effect.startswith(("deny", "reject")) else "plain"
    return Decided(title=str(title), answer=str(words), tone=tone, at=ask.created_at)


def decided_line(ask: Ask, session: str, now: float) -> Line:
    """A decision as a line of the list."""
    found = decided(ask)
    icon, tone = _SIGNS.get(found.tone, ("circle", "tx3"))
    return Line(
        id=ask.id,
        title=found.title,
        detail=" · ".join(text for text in (session, age(found.at, now)) if text),
        right=found.answer,
        icon=icon,
        tone=tone,
        tip=found.title,
    )


class PermissionsPage(QWidget):
    """Reads rules and decisions when it is shown, after every change, and after every answer while it is on screen."""

    def __init__(self, context: Context, form: SettingsForm) -> None:
        super().__init__()
        self._context = context
        self._names: Mapping[str, str] = {"": EVERYWHERE}
        self._shown: tuple[dict[str, str], tuple[PermissionRule, ...]] | None = None
        about = "What agents may do without asking. A rule that denies always wins."
        column = page_column(self, "Permissions", about)
        default = Section(context.theme, "Without a rule")
        form.fill(default.body, [spec for spec in form.table.values() if spec.group == "Permissions"])
        column.addWidget(default)
        rules = Section(context.theme, "Rules", "They hold for every agent that asks BooCode, at once.")
        self._rules = QVBoxLayout()
        self._rules.setSpacing(0)
        rules.body.addLayout(self._rules)
        self.form = RuleForm(context)
        self.form.added.connect(self.look)
        rules.body.addSpacing(4)
        rules.body.addWidget(self.form)
        column.addWidget(rules)
        recent = Section(context.theme, "Decided lately", f"The newest {_RECENT} answers, in every session.")
        self.recent = LineList(context.theme, "Decided lately", "Nothing was asked yet.")
        self.recent.setFixedHeight(_RECENT_LEAST)
        recent.body.addWidget(self.recent)
        self._section = rules
        self._waiting: list[PermissionRule] = []
        column.addWidget(recent)
        column.addStretch(1)
        context.bridge.watch(self._on_answered, kinds=(PermissionResolved,))

    def showEvent(self, event: QShowEvent) -> None:
        """Read what happened meanwhile."""
        super().showEvent(event)
        self.look()

    def look(self) -> None:
        """Read everything again."""
        self._context.bridge.run(
            self._read(), owner=self, done=lambda found: self._show(*found), key="permissions.read"
        )

    async def _read(self) -> tuple[Mapping[str, str], Sequence[PermissionRule], Sequence[Ask]]:
        front = self._context.front
        names = scope_names(await front.projects.overview())
        return names, await front.questions.rules(tuple(names)), await front.questions.answered(limit=_RECENT)

    def _show(self, names: Mapping[str, str], rules: Sequence[PermissionRule], asks: Sequence[Ask]) -> None:
        now = time.time()
        self.recent.show_lines([decided_line(ask, names.get(ask.session_id, ""), now) for ask in asks])
        self.recent.setFixedHeight(min(max(len(asks) * _TWO_LINES, _RECENT_LEAST), _RECENT_MOST))
        if (dict(names), tuple(rules)) == self._shown:
            return
        self._shown, self._names = (dict(names), tuple(rules)), names
        self.form.offer_scopes(names)
        clear(self._rules)
        self._waiting = list(rules)
        self._add_rules()
        if not rules:
            words = "No rules yet. “Always” on a question makes one for its session; below you make one yourself."
            self._rules.addWidget(text_label(words, METRICS.meta, tone="muted"))
        lay_out_again(self._section)

    def _add_rules(self) -> None:
        """A few rows now, the rest when the loop comes round: there may be hundreds."""
        now, self._waiting = self._waiting[:_AT_ONCE], self._waiting[_AT_ONCE:]
        for rule in now:
            row = RuleRow(self._context.theme, rule, self._names.get(rule.scope, "a scope that is gone"))
            row.removed.connect(self._on_rule_removed)
            self._rules.addWidget(row)
        if self._waiting:
            QTimer.singleShot(0, self, self._add_rules)
        elif now:
            lay_out_again(self._section)

    def _on_answered(self, _envelopes: Sequence[Envelope]) -> None:
        if self.isVisible():
            self.look()

    def _on_rule_removed(self, rule_id: str) -> None:
        removing = self._context.front.questions.remove_rule(rule_id)
        self._context.bridge.run(removing, owner=self, done=lambda _: self.look(), key=f"rule.{rule_id}")


class _Ruled(QWidget):
    """A row with a rule above it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 7, 0, 7)
        self.row.setSpacing(10)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The rule."""
        with QPainter(self) as painter:
            painter.fillRect(0, 0, self.width(), 1, self._theme.color("line0"))


class RuleRow(_Ruled):
    """A rule.

    Signals:
        removed(str): its id; it should go.
    """

    removed = Signal(str)

    def __init__(self, theme: Theme, rule: PermissionRule, scope: str) -> None:
        super().__init__(theme)
        chip = Chip(theme, rule.effect, EFFECTS[rule.effect])
        self.row.addWidget(chip)
        chip.setFixedWidth(max(chip.sizeHint().width(), _EFFECT_WIDTH))
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(ElidedLabel(theme, rule.pattern, font=code_font(METRICS.code)))
        texts.addWidget(ElidedLabel(theme, scope, tone="tx2", font=ui_font(METRICS.caption)))
        self.row.addLayout(texts, 1)
        name = f"Remove the rule {rule.effect} {rule.pattern}, {scope}"
        remove = IconButton(theme, "trash-2", name, size=26, icon_size=14, tone="tx3")
        remove.clicked.connect(lambda: self.removed.emit(rule.id))
        self.row.addWidget(remove)


class RuleForm(QWidget):
    """Makes a rule.

    Signals:
        added: there is one more.
    """

    added = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(8)
        what, where = QHBoxLayout(), QHBoxLayout()
        what.setSpacing(8)
        where.setSpacing(8)
        self.effect = Picker(context.theme, "What the rule does", "shield", framed=True)
        self.effect.offer([Choice(id=e, label=e.capitalize(), icon=_ICONS[e]) for e in EFFECTS], "allow")
        self.effect.chosen.connect(self.effect.select)
        self.pattern = QLineEdit()
        self.pattern.setAccessibleName("Pattern of the rule")
        self.pattern.setPlaceholderText("run: git push origin *")
        self.pattern.setFont(code_font(METRICS.code))
        self.pattern.returnPressed.connect(self.submit)
        self.scope = Picker(context.theme, "Where the rule holds", "globe", framed=True)
        self.scope.chosen.connect(self.scope.select)
        self.offer_scopes({"": EVERYWHERE})
        add = Button(context.theme, "Add", "sec", icon="plus", height=METRICS.composer_button)
        add.setAccessibleName("Add the rule")
        add.clicked.connect(self.submit)
        what.addWidget(self.effect)
        what.addWidget(self.pattern, 1)
        where.addWidget(self.scope)
        where.addStretch(1)
        where.addWidget(add)
        self._row.addLayout(what, 1)
        self._row.addLayout(where)
        column.addLayout(self._row)
        self.note = text_label(_HINT, METRICS.meta, tone="muted")
        column.addWidget(self.note)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In one line where there is room, else in two."""
        super().resizeEvent(event)
        ways = QBoxLayout.Direction
        self._row.setDirection(ways.LeftToRight if event.size().width() >= _ONE_LINE else ways.TopToBottom)

    def offer_scopes(self, names: Mapping[str, str]) -> None:
        """Where a rule can hold."""
        self.scope.offer([Choice(id=i, label=name) for i, name in names.items()], self.scope.selected)

    def submit(self) -> None:
        """Make what was typed; what is wrong with it is said below."""
        adding = self._context.front.questions.add_rule(
            self.effect.selected, self.pattern.text().strip(), scope=self.scope.selected
        )
        self._context.bridge.run(
            adding, owner=self, done=lambda _: self._on_added(), error=self._on_refused, key="rule.add"
        )

    def _on_added(self) -> None:
        self.pattern.clear()
        self.note.setText("The rule holds from now on.")
        self.added.emit()

    def _on_refused(self, problem: UserFacingError) -> None:
        self.note.setText(words_of(problem))
