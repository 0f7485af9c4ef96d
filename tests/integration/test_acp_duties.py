"""What agents get when they ask us for something: files, answers, terminals, forms. Real children throughout."""

import asyncio
import json
import shutil

import pytest

from boocode_desktop.domain import events as ev
from boocode_desktop.domain.records import PermissionRule
from boocode_desktop.orchestrator.ports.agents import Prompt
from boocode_desktop.processes.sandbox import SandboxLauncher
from tests.fakes.acp_rig import rig


def run(coroutine):
    return asyncio.run(coroutine)


def test_files_are_read_in_ranges_and_guarded(tmp_path):
    async def main():
        async with rig(tmp_path, "files") as bad:
            (bad.root / "lines.txt").write_bytes(b"one\r\ntwo\r\nthree\r\nfour\r\n")
            (bad.root / "link").symlink_to(tmp_path)
            (bad.root / ".git").mkdir()
            host, _ = await bad.turn()
            told = json.loads(host.text())
            assert told.pop("range") == "two\r\nthree\r\n"
            assert told.pop("missing") == -32002
            assert told.pop("new") == "ok"
            assert set(told.values()) == {-32001}
            assert (bad.root / "deep/er/new.txt").read_text() == "née\n"
            assert not (tmp_path / "outside.txt").exists() and not list((bad.root / ".git").iterdir())

    run(main())


def test_a_read_only_chat_lets_nothing_be_written(tmp_path):
    async def main():
        async with rig(tmp_path, "files") as bad:
            rules = [PermissionRule(id="r", effect="deny", pattern="write: *")]
            host, _ = await bad.turn(rules=rules)
            assert json.loads(host.text())["new"] == -32001
            assert not (bad.root / "deep").exists()

    run(main())


@pytest.mark.parametrize("chosen", ["project", "user", "forever", "once", "no"])
def test_the_answer_is_the_option_that_was_chosen_and_no_other_of_its_kind(tmp_path, chosen):
    async def main():
        async with rig(tmp_path, "permission") as bad:
            host, _ = await bad.turn(answer=lambda request: chosen)
            assert json.loads(host.text()) == {"outcome": "selected", "optionId": chosen}
            labels = [option.label for option in host.asked[0].options]
            assert labels == ["Always in this project", "Always everywhere", "For ever and ever", "This time", "No"]
            assert host.asked[0].argv == ("rm", "-rf", "build") and host.asked[0].title == "rm -rf build"
            (finished,) = host.of(ev.ToolFinished)
            assert finished.outcome == ("denied" if chosen == "no" else "success")

    run(main())


@pytest.mark.parametrize(("effect", "option"), [("allow", "once"), ("deny", "no")])
def test_a_rule_answers_with_what_the_agent_does_not_remember(tmp_path, effect, option):
    async def main():
        async with rig(tmp_path, "permission") as bad:
            rules = [PermissionRule(id="r", effect=effect, pattern="run: rm -rf build")]
            host, _ = await bad.turn(rules=rules)
            assert json.loads(host.text())["optionId"] == option and not host.asked
            error = host.of(ev.ToolFinished)[0].error
            assert error == ("a rule forbids it: run: rm -rf build" if effect == "deny" else "")

    run(main())


def test_where_every_consent_would_be_remembered_a_person_chooses(tmp_path):
    async def main():
        async with rig(tmp_path, "only_always") as bad:
            host, _ = await bad.turn(answer=lambda request: "a")
            assert json.loads(host.text())["optionId"] == "a" and len(host.asked) == 1

    run(main())


def test_arguments_shown_as_content_are_asked_about_once_and_a_written_file_shows_its_diff(tmp_path):
    async def main():
        async with rig(tmp_path, "shows_arguments") as bad:
            (bad.root / "a.txt").write_text("old\n")
            host, _ = await bad.turn()
            _, asked = host.asked
            assert asked.argv == ("bash", "-c", "echo one; cat a.txt") and asked.tool == "terminal"
            assert [action.kind for action in host.actions] == ["write", "write", "agent_tool", "run"]
            wrote, searched, ran = host.of(ev.ToolFinished)
            assert searched.output == "found", "the words of the question are no output"
            assert "-old\n+new\n" in wrote.details["diff"] and wrote.output == "Wrote 4 bytes"
            assert (ran.outcome, ran.output) == ("success", "one\nnew\n")
            printed = "".join(event.output for event in host.of(ev.ToolUpdated))
            assert "{" not in printed and "one\nnew\n" in printed

    run(main())


def test_another_command_than_the_one_that_was_allowed_is_asked_about_again(tmp_path):
    async def main():
        async with rig(tmp_path, "shows_arguments", "touch made.txt") as bad:
            host, _ = await bad.turn(answer=lambda asked: "once" if len(asked.options) == 2 else asked.options[-1].id)
            _, first, second = host.asked
            assert first.argv == ("bash", "-c", "echo one; cat a.txt")
            assert second.argv == ("/bin/bash", "-c", f"cd '{bad.root}' && touch made.txt")

    run(main())


def test_a_terminal_shows_both_outputs_in_order_and_tells_the_exit_code(tmp_path):
    async def main():
        command = "echo one; echo two >&2; echo three; exit 3"
        async with rig(tmp_path, "terminal", "sh", "-c", command) as bad:
            host, _ = await bad.turn()
            told = json.loads(host.text())
            assert told == {"ended": {"exitCode": 3}, "output": "one\ntwo\nthree\n"}
            (finished,) = host.of(ev.ToolFinished)
            assert finished.outcome == "error" and finished.details == {"exit_code": 3}
            assert finished.output == "one\ntwo\nthree\n"
            assert host.actions[0].argv == ("sh", "-c", command)

    run(main())


def test_a_terminal_that_prints_without_end_is_bounded_and_can_be_cancelled(tmp_path):
    async def main():
        async with rig(tmp_path, "terminal", "yes") as bad:
            host = bad.host()
            turn = asyncio.create_task(bad.agent.prompt(host, Prompt(text="go")))
            await host.until(lambda h: len(h.of(ev.ToolUpdated)) >= 5)
            turn.cancel()
            with pytest.raises(asyncio.CancelledError):
                await turn
            assert sum(len(e.output) for e in host.of(ev.ToolUpdated)) < 2_000_000

    run(main())


def test_a_refused_command_does_not_run(tmp_path):
    async def main():
        async with rig(tmp_path, "terminal", "touch", "made.txt") as bad:
            rules = [PermissionRule(id="r", effect="deny", pattern="run: touch *")]
            host, _ = await bad.turn(rules=rules)
            assert json.loads(host.text())["code"] == -32001
            assert not (bad.root / "made.txt").exists()

    run(main())


def test_a_program_that_is_missing_ends_as_in_a_shell(tmp_path):
    async def main():
        async with rig(tmp_path, "terminal", "no-such-program") as bad:
            host, _ = await bad.turn()
            assert json.loads(host.text())["ended"] == {"exitCode": 127}

    run(main())


@pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not installed")
def test_commands_run_in_the_sandbox(tmp_path):
    async def main():
        launcher = SandboxLauncher()
        if not (await launcher.sandbox(tmp_path, tmp_path)).sandboxed:
            pytest.skip("bubblewrap does not work here")
        outside = tmp_path / "outside.txt"
        command = f"touch inside.txt; touch {outside}"
        async with rig(tmp_path, "terminal", "sh", "-c", command, launcher=launcher) as bad:
            await bad.turn()
            assert (bad.root / "inside.txt").exists() and not outside.exists()

    run(main())


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("Ann", {"action": "accept", "content": {"name": "Ann"}}),
        ('{"name": "Bob"}', {"action": "accept", "content": {"name": "Bob"}}),
        ("", {"action": "decline"}),
    ],
)
def test_a_form_is_filled_in_by_a_person(tmp_path, given, told):
    async def main():
        async with rig(tmp_path, "form") as bad:
            host, _ = await bad.turn(answer=lambda request: given)
            assert json.loads(host.text()) == told
            assert host.asked[0].title == "Your name?" and host.asked[0].schema["properties"]["name"]

    run(main())
