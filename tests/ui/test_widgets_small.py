"""The small widgets: names for screen readers, keys, looks in both themes, and timers that stop."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from boocode_desktop.agents.builtin_agents import BUILTIN
from boocode_desktop.agents.catalogue import MORE
from boocode_desktop.config.resources import resource_path
from boocode_desktop.ui.theme.theme import Theme
from boocode_desktop.ui.theme.tokens import DARK, LIGHT
from boocode_desktop.ui.widgets.agent_badge import AgentBadge, agent_sign
from boocode_desktop.ui.widgets.buttons import Button, IconButton
from boocode_desktop.ui.widgets.cards import Card, card_border
from boocode_desktop.ui.widgets.chips import Chip, StateDot
from boocode_desktop.ui.widgets.labels import ElidedLabel
from boocode_desktop.ui.widgets.pixels import whole
from boocode_desktop.ui.widgets.segmented import Segmented
from boocode_desktop.ui.widgets.spinner import Spinner
from boocode_desktop.ui.widgets.toast import Toast


def colours(widget) -> set[str]:
    image = widget.grab().toImage()
    return {QColor(image.pixel(x, y)).name().upper() for x in range(image.width()) for y in range(image.height())}


@pytest.mark.parametrize(
    ("kind", "surface", "ink"),
    [
        ("primary", "accent_fill", "on_accent"),
        ("sec", "bg3", "tx1"),
        ("stop", "bad_soft", "bad"),
        ("ok", "ok_soft", "ok"),
    ],
)
def test_a_button_has_the_colours_of_its_kind_in_both_themes(qtbot, qapp, theme, kind, surface, ink):
    button = Button(theme, "Press", kind)
    qtbot.addWidget(button)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    button.show()
    for name, tokens in (("light", LIGHT), ("dark", DARK)):
        theme.apply(qapp, name)
        assert {tokens.color(surface), tokens.color(ink)} <= colours(button)


def test_a_button_is_as_wide_as_its_words_need(qtbot, theme):
    short, long = Button(theme, "Go"), Button(theme, "Always for this session", hint="A", icon="check")
    for button in (short, long):
        qtbot.addWidget(button)
        assert button.minimumSizeHint() == button.sizeHint()
        assert button.sizeHint().height() == 28
    assert long.sizeHint().width() > short.sizeHint().width() + 120
    short.set_look("Always for this session", icon="check", hint="A")
    assert short.sizeHint() == long.sizeHint() and short.accessibleName() == "Always for this session"


def test_buttons_are_pressed_by_space_and_say_their_names(qtbot, theme):
    button, icon = Button(theme, "Deny", "stop"), IconButton(theme, "settings", "Settings")
    for widget in (button, icon):
        qtbot.addWidget(widget)
        widget.show()
        with qtbot.waitSignal(widget.clicked):
            QTest.keyClick(widget, Qt.Key.Key_Space)
        widget.grab()
    assert (button.accessibleName(), icon.accessibleName(), icon.toolTip()) == ("Deny", "Settings", "Settings")


def test_an_icon_button_without_a_name_is_refused(qtbot, theme):
    with pytest.raises(ValueError, match="name"):
        IconButton(theme, "settings", "")


def test_chips_and_dots_say_their_word(qtbot, theme):
    chip, dot = Chip(theme, "resumed", "ok", icon="link"), StateDot(theme, "running", "accent", halo=True)
    for widget in (chip, dot):
        qtbot.addWidget(widget)
        widget.show()
    assert (chip.accessibleName(), dot.accessibleName()) == ("resumed", "running")
    assert DARK.ok in colours(chip) and DARK.accent in colours(dot)
    chip.set_text("new session", "warn", icon="sparkle")
    dot.set_state("idle", "tx3")
    assert (chip.accessibleName(), dot.accessibleName()) == ("new session", "idle")
    assert chip.sizeHint().width() > 80


def test_segments_are_chosen_by_mouse_and_arrows(qtbot, theme):
    choice = Segmented(theme, [("a", "This turn"), ("b", "Session"), ("c", "Branch")], name="Scope")
    qtbot.addWidget(choice)
    choice.show()
    heard = []
    choice.chosen.connect(heard.append)
    assert choice.selected == "a" and choice.accessibleName() == "Scope"
    QTest.keyClick(choice, Qt.Key.Key_Right)
    QTest.keyClick(choice, Qt.Key.Key_Right)
    QTest.keyClick(choice, Qt.Key.Key_Right)
    QTest.keyClick(choice, Qt.Key.Key_Left)
    assert heard == ["b", "c", "b"]
    choice.select("a")
    assert choice.selected == "a" and heard == ["b", "c", "b"]
    choice.grab()


def test_a_spinner_turns_only_where_it_is_seen_and_wanted(qtbot, qapp, theme):
    lively, calm = Theme(reduced_motion=False), Theme(reduced_motion=True)
    spinner, still = Spinner(lively), Spinner(calm)
    for widget in (spinner, still):
        qtbot.addWidget(widget)
        assert not widget.turning
        widget.show()
    assert spinner.turning and not still.turning
    spinner.hide()
    assert not spinner.turning
    assert still.accessibleName() == "running"
    still.grab()


def test_a_long_label_ends_in_an_ellipsis_and_keeps_its_whole_text(qtbot, theme):
    label = ElidedLabel(theme, "a very long sentence that does not fit here")
    qtbot.addWidget(label)
    label.resize(80, 20)
    label.show()
    label.grab()
    assert label.toolTip() == label.accessibleName() == label.text
    label.resize(600, 20)
    label.grab()
    assert label.toolTip() == ""


def test_a_card_that_asks_has_a_tinted_edge(qtbot, theme):
    card = Card(theme, tone="warn")
    qtbot.addWidget(card)
    card.resize(80, 60)
    assert card_border(theme, "warn") in colours(card) and DARK.bg2 in colours(card)
    card.set_tone("")
    assert DARK.line1 in colours(card)


def test_a_toast_can_be_acted_on_and_goes_by_itself(qtbot, theme):
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(600, 300)
    parent.show()
    toast = Toast(theme, parent, "3 hunks approved", "src/a.py", action="Undo", lasts_ms=10)
    toast.popup()
    assert toast.isVisible() and toast.geometry().bottom() < 300
    assert toast.accessibleName() == "3 hunks approved. src/a.py"
    parent.resize(700, 400)
    assert toast.geometry().bottom() > 300
    toast.grab()
    with qtbot.waitSignal(toast.closed):
        pass
    other = Toast(theme, parent, "again", action="Undo", lasts_ms=60_000)
    other.popup()
    with qtbot.waitSignals([other.acted, other.closed]):
        other.findChild(Button).click()


@pytest.mark.parametrize(
    ("agent", "icon"), [("boocode", "ghost"), ("Claude-code", "asterisk"), ("qwen", "feather"), ("mine", "bot")]
)
def test_agents_keep_their_sign(qtbot, theme, agent, icon):
    assert agent_sign(agent)[0] == icon and agent_sign(agent) == agent_sign(agent)
    badge = AgentBadge(theme, agent)
    qtbot.addWidget(badge)
    assert badge.accessibleName() == agent
    assert theme.tokens.color(agent_sign(agent)[1]) in colours(badge)


def test_halves_go_up_on_both_sides_of_zero():
    assert [whole(v) for v in (-1.5, -0.5, 0.5, 1.5, 2.4)] == [-1, 0, 1, 2, 2]


@pytest.mark.parametrize("spec", (*BUILTIN, *MORE), ids=lambda spec: spec.name)
def test_an_agent_has_one_icon_everywhere(spec):
    assert agent_sign(spec.name)[0] == spec.icon
    assert resource_path(f"icons/{spec.icon}.svg").is_file()


def test_no_two_agents_look_the_same():
    signs = [agent_sign(spec.name) for spec in (*BUILTIN, *MORE)]
    assert len(set(signs)) == len(signs)
