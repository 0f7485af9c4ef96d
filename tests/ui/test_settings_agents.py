"""The agents page: states in words, switching, asking again, diagnosing, adding, installing, the pool."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from boocode_desktop.domain.errors import AdapterError, UserFacingError
from boocode_desktop.orchestrator.ports.agents import AgentChild, AgentInfo, AgentStart, CatalogueAgent
from boocode_desktop.ui.settings.agents.adding import matching
from boocode_desktop.ui.settings.agents.command_form import TypedAgent, typed_agent
from boocode_desktop.ui.settings.agents.page import AgentsPage
from boocode_desktop.ui.settings.agents.wording import (
    bound_of,
    child_text,
    memory_text,
    shares,
    subtitle,
    warm_of,
    warm_text,
)
from boocode_desktop.ui.widgets.buttons import Button
from tests.ui.conftest import settings_pane, settle
from tests.ui.test_shell_access import twice, unnamed

CHILDREN = (
    AgentChild(agent="opencode", pid=48190, chat_ids=("a", "b"), rss_mb=693.2, busy=True, sandboxed=True),
    AgentChild(agent="goose", pid=48201, chat_ids=("c",), rss_mb=125.0),
)
CATALOGUE = (
    CatalogueAgent(
        name="cline",
        label="Cline",
        description="An open-source agent for many model providers.",
        command=("cline", "--acp"),
        install="npm install -g cline",
        needs="Node.js 20",
    ),
    CatalogueAgent(
        name="junie", label="Junie", description="JetBrains' agent.", command=("junie", "--acp=true"), installed=True
    ),
    CatalogueAgent(name="goose", label="Goose", description="", command=("goose", "acp"), added=True),
)


def info(name="x", **fields):
    return AgentInfo(**{"name": name, "label": name, "state": "ready", **fields})


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (info(version="1.2", protocol="opencode"), "1.2 · one warm server"),
        (info(protocol="native", version="0.1.0"), "0.1.0 · built in"),
        (info(state="error", version="1.0", detail="no provider chosen"), "1.0 · no provider chosen"),
        (info(state="unavailable", command=("kimi", "acp")), "not on the search path: kimi"),
        (info(state="loading", version="2"), "2 · asking what it can do"),
        (info(source="agents.toml"), "agent client protocol · added by you"),
        (info(changed=True), "agent client protocol · changed by you"),
    ],
)
def test_what_stands_below_the_name(agent, words):
    assert subtitle(agent) == words


def test_the_word_on_the_sandbox():
    assert bound_of(info(protocol="native")).word == "tool policy"
    assert bound_of(info(state="disabled", sandbox="sandboxed")).word == "–"
    assert bound_of(info(sandbox="sandboxed")).tone == "ok"
    open_one = bound_of(info(sandbox="not sandboxed", sandbox_reason="bubblewrap is missing"))
    assert (open_one.word, open_one.tone, open_one.reason) == ("not sandboxed", "warn", "bubblewrap is missing")


def test_the_pool_in_words():
    assert child_text(CHILDREN[0]) == "pid 48190 · 2 chats · busy · 693 MB"
    assert child_text(replace(CHILDREN[1], rss_mb=0.0)) == "pid 48201 · 1 chat · idle"
    assert (memory_text(0), memory_text(1110)) == ("–", "1.11 GB")
    assert warm_of("opencode", CHILDREN) == (2, 693.2)
    assert warm_text(CHILDREN, 10) == "3 of 10 warm · 818 MB"
    assert warm_text((), 10) == "0 of 10 warm"
    assert shares(CHILDREN) == [("opencode", 2), ("goose", 1)]


def test_what_is_typed_about_a_command():
    typed = typed_agent("my-agent acp 'a b'", "MODE=quiet EMPTY=", "MY_ OTHER_")
    assert typed == TypedAgent(
        command=("my-agent", "acp", "a b"), env=(("MODE", "quiet"), ("EMPTY", "")), env_prefixes=("MY_", "OTHER_")
    )
    for command, env, message in (("", "", "no command"), ("'x", "", "not closed"), ("x", "MODE", "no variable")):
        with pytest.raises(UserFacingError, match=message):
            typed_agent(command, env, "")


def test_the_catalogue_offers_what_is_not_there():
    assert [a.name for a in matching(CATALOGUE, "")] == ["cline", "junie"]
    assert [a.name for a in matching(CATALOGUE, "jetb")] == ["junie"]
    assert matching(CATALOGUE, "zzzz") == []


@pytest.fixture
def page(desktop):
    world = desktop.world
    world.agent_children[:] = CHILDREN
    world.catalogue[:] = CATALOGUE
    world.agents[:] = [
        replace(
            a,
            install="npm install -g claude" if a.name == "claude" else "",
            protocol=_protocol(a.name),
            command=(a.name, "acp"),
        )
        for a in world.agents
    ]
    found = settings_pane(desktop, "Agents").findChildren(AgentsPage)[0]
    desktop.wait(lambda: desktop.called("agents.refresh") and not desktop.context.bridge.busy("agents.refresh"))
    return found


def _protocol(name):
    return "native" if name == "boocode" else "acp"


def named(page, kind, name):
    return next(w for w in page.findChildren(kind) if w.accessibleName() == name and w.isVisibleTo(page))


def press(page, name):
    # What was just put into a layout is shown when the loop comes round.
    settle()
    named(page, QWidget, name).click()


def test_every_agent_stands_there_with_its_state(page):
    words = [row.state.accessibleName() for row in page.rows.values()]
    assert list(page.rows) == ["boocode", "opencode", "qwen", "goose", "claude"]
    assert words == ["ready", "ready", "loading", "error", "not installed"]
    assert not page.rows["boocode"].refresh.isEnabled()
    assert page.rows["opencode"]._warm.text == "2"
    assert page.rows["opencode"]._memory.text == "693 MB"


def test_an_agent_is_switched_off_and_on(desktop, page):
    press(page, "Offer opencode")
    desktop.wait(lambda: page.rows["opencode"].state.accessibleName() == "disabled")
    assert desktop.called("agents.set_enabled") == [("opencode", False)]
    press(page, "Offer opencode")
    desktop.wait(lambda: page.rows["opencode"].state.accessibleName() == "ready")


def test_a_switch_that_is_refused_goes_back_and_says_why(desktop, page):
    desktop.world.refusals["agents.set_enabled"] = UserFacingError("The file is broken.", "Repair it by hand first.")
    press(page, "Offer goose")
    row = page.rows["goose"]
    desktop.wait(lambda: row._details and row._details._refusal.isVisible())
    assert row._details._refusal.text() == "The file is broken. Repair it by hand first."
    assert row.switch.isChecked()


def test_one_agent_or_all_are_asked_again(desktop, page):
    press(page, "Ask opencode again")
    assert page.rows["opencode"].state.accessibleName() == "loading"
    desktop.wait(lambda: page.rows["opencode"].state.accessibleName() == "ready")
    assert desktop.called("agents.probe") == [("opencode", True)]
    press(page, "Refresh all")
    desktop.wait(lambda: not desktop.context.bridge.busy("agents.probe_all"))
    assert {name for name, _ in desktop.called("agents.probe")} == {"opencode", "qwen", "goose"}
    assert page.rows["opencode"].state.accessibleName() == "ready"


def test_a_diagnosis_is_text_to_copy(desktop, page):
    press(page, "Diagnose goose")
    desktop.wait(lambda: not desktop.context.bridge.busy("agents.diagnose.goose"))
    text = named(page, QPlainTextEdit, "Diagnosis of goose")
    assert text.toPlainText() == "goose (goose): error\nno provider chosen"
    press(page, "Copy the diagnosis of goose")
    assert QApplication.clipboard().text() == text.toPlainText()


def test_all_are_diagnosed_into_one_text(desktop, page):
    press(page, "Diagnose all")
    desktop.wait(lambda: not desktop.context.bridge.busy("agents.diagnose_all"))
    text = named(page, QPlainTextEdit, "Diagnosis of all agents").toPlainText()
    assert "opencode (opencode): ready" in text
    assert "goose (goose): error" in text
    assert "claude" not in text


def test_one_of_the_catalogue_is_added(desktop, page):
    press(page, "Add Junie")
    desktop.wait(lambda: "junie" in page.rows)
    assert desktop.called("agents.add") == [("junie", ())]
    desktop.wait(lambda: ("junie", True) in desktop.called("agents.probe"))


def test_any_command_is_added_or_refused_with_the_reason(desktop, page):
    form = page.adding.form
    form.name.setText("mine")
    press(page, "Add this command as an agent")
    assert form.note.text().startswith("There is no command.")
    form.command.setText("my-agent acp")
    form.env.setText("MODE=quiet")
    press(page, "Add this command as an agent")
    desktop.wait(lambda: "mine" in page.rows)
    assert desktop.called("agents.add") == [("mine", ("my-agent", "acp"))]
    assert form.command.text() == ""
    desktop.wait(lambda: not desktop.context.bridge.busy("agents.probe.mine"))
    page.rows["mine"].toggle()
    press(page, "Remove mine")
    desktop.wait(lambda: "mine" not in page.rows)


def test_how_an_agent_is_started_is_changed_in_parts(desktop, page):
    desktop.world.agent_starts["goose"] = AgentStart(command=("goose", "acp"), env=(("MODE", "a b"),))
    page.rows["goose"].toggle()
    press(page, "Change how goose is started")
    settle()
    env = named(page, QLineEdit, "Environment of goose")
    assert env.text() == "'MODE=a b'"
    assert named(page, QLineEdit, "Command of goose").text() == "goose acp"
    env.setText("MODE=")
    press(page, "Save how goose is started")
    desktop.wait(lambda: desktop.called("agents.change"))
    parts = {"command": None, "env": {"MODE": ""}, "env_prefixes": None}
    assert desktop.called("agents.change") == [("goose", parts)]
    desktop.wait(lambda: page.rows["goose"]._sub.text.endswith("changed by you"))
    native = page.rows["boocode"].open(True)
    assert not [w for w in native.findChildren(QWidget) if w.accessibleName() == "Change how boocode is started"]


def test_an_idle_process_is_ended_and_a_busy_one_is_not(desktop, page):
    assert not named(page.pool, QWidget, "End opencode, pid 48190").isEnabled()
    press(page.pool, "End goose, pid 48201")
    desktop.wait(lambda: desktop.called("agents.end_child") == [(48201,)])
    desktop.wait(lambda: page.pool._count.text().startswith("2 of 10 warm"))
    desktop.world.refusals["agents.end_child"] = UserFacingError("The process is working.", "Stop its turn first.")
    page.pool._end(48190)
    desktop.wait(page.pool._refusal.isVisible)
    assert page.pool._refusal.text() == "The process is working. Stop its turn first."


def test_an_install_command_is_shown_and_run_only_when_asked(desktop, page):
    desktop.world.install_output[:] = ["added 12 packages", "done"]
    page.rows["claude"].toggle()
    assert desktop.called("agents.install") == []
    press(page, "Install claude")
    desktop.wait(lambda: desktop.called("agents.install") == [("claude",)])
    output = named(page, QPlainTextEdit, "What the installation of claude says")
    desktop.wait(lambda: output.toPlainText() == "added 12 packages\ndone")


def test_an_installation_that_fails_says_so(desktop, page):
    desktop.world.refusals["agents.install"] = AdapterError("npm ended with code 1.", "Install Node.js 20 first.")
    press(page, "Show how to install Cline")
    press(page, "Install Cline")
    button = lambda: [b for b in page.findChildren(Button) if b.accessibleName() == "Install Cline again"]  # noqa: E731
    desktop.wait(button)
    assert button()[0].parentWidget().note.text() == "npm ended with code 1. Install Node.js 20 first."


def test_mistakes_in_the_file_stand_above_the_list(desktop, page):
    assert not page._problems.isVisible()
    desktop.world.agent_problems[:] = ["[goose] `modells` in agents.toml is unknown and was left alone."]
    page.look()
    desktop.wait(page._problems.isVisible)
    assert "modells" in page._problems.accessibleName()


def test_the_pool_shows_processes_and_keeps_its_limits(desktop, page):
    assert page.pool._bar.accessibleName() == "Warm sessions: opencode 2, goose 1, of 10"
    line = named(page, QLineEdit, "Warm sessions")
    line.setText("4")
    line.editingFinished.emit()
    desktop.wait(lambda: desktop.setup.current.agent_max_live == 4)
    desktop.wait(lambda: page.pool._count.text().startswith("3 of 4 warm"))
    press(page, "Reset Warm sessions")
    desktop.wait(lambda: desktop.setup.current.agent_max_live == 10)
    desktop.world.agent_children.clear()
    page._look_at_processes()
    assert page.pool._count.text() == "0 of 10 warm"


def test_the_page_is_named_when_everything_is_open(desktop, page):
    for row in page.rows.values():
        row.open(True)
    assert unnamed(page) == []
    assert twice(page) == []
