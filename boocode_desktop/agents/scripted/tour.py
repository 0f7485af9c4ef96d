"""The tour: repair a real bug of the sample project. Every step is really done, only the decisions are a script."""

import re

from boocode_desktop.agents.scripted.hands import Hands, Ran, python_command

SOURCE = "kettle/durations.py"
TESTS = "tests/test_durations.py"
WRONG = "divmod(minutes, 24)"
RIGHT = "divmod(minutes, 60)"
_ANCHOR = '        self.assertEqual(render(1800), "30m")\n'
_NEW_TEST = """
    def test_from_an_hour_on(self):
        self.assertEqual(render(3600), "1h")
        self.assertEqual(render(5430), "1h30m30s")
        self.assertEqual(render(28800), "8h")
"""
_STEPS = ("Read the code", "Run the tests", "Repair `render`", "Add a test and run them again")
_GREETING = (
    "I am the **scripted agent** of the tour: no model and no network is behind me, my decisions are written down. "
    "What I do is real, though: I read this project, run its tests and change its files.\n\n"
)
_NOTHING_LEFT = (
    "I am a script and know one bug only, the one in `kettle/durations.py` of the sample project. "
    "It is not here (any more), so there is nothing I can do. Choose another agent to go on."
)


def play(hands: Hands) -> None:
    """Play the tour from greeting to summary."""
    hands.think("The person wants the tea timer to tell the time right. First look how durations are written.")
    hands.say(_GREETING)
    hands.plan(_STEPS, 0)
    source, tests = hands.read(SOURCE), hands.read(TESTS)
    if source is None or tests is None or WRONG not in source:
        hands.say(_NOTHING_LEFT)
        return
    hands.plan(_STEPS, 1)
    hands.say("Before I change anything I want to see the tests fail.\n\n")
    command = (python_command(), "-m", "unittest")
    before = hands.run(command)
    hands.plan(_STEPS, 2)
    hands.think(_reason(before))
    hands.write(SOURCE, source.replace(WRONG, RIGHT), before=source)
    hands.plan(_STEPS, 3)
    hands.write(TESTS, with_test(tests), before=tests)
    after = hands.run(command)
    hands.plan(_STEPS, len(_STEPS))
    hands.say(summary(before, after))


def with_test(tests: str) -> str:
    """The test file with one more test, after the one that failed."""
    return tests.replace(_ANCHOR, _ANCHOR + _NEW_TEST, 1)


def summary(before: Ran, after: Ran) -> str:
    """What was done, in Markdown, with the results as they really were."""
    return (
        "## The hour has 60 minutes again\n\n"
        "`render` carried minutes over into hours at **24** instead of 60, so 30 minutes came out as `1h6m`.\n\n"
        "| file | change |\n|---|---|\n"
        f"| `{SOURCE}` | `{WRONG}` → `{RIGHT}` |\n"
        f"| `{TESTS}` | one more test, for an hour and longer |\n\n"
        f"- Tests before: {_verdict(before)}\n"
        f"- Tests after: {_verdict(after)}\n\n"
        "Nothing of this is in your folder yet. Look at the changes, and approve or reject each of them."
    )


def _reason(before: Ran) -> str:
    if before.skipped:
        return "The tests were not to be run. The code alone shows it: minutes become hours at 24, which must be 60."
    return "The test says 1h6m instead of 30m: minutes become hours at 24, which is the number of hours in a day."


def _verdict(ran: Ran) -> str:
    if ran.skipped:
        return "not run, as you wished"
    count = re.search(r"Ran (\d+) tests?", ran.output)
    tests = f"{count[1]} tests" if count else "the tests"
    failures = re.search(r"(?:failures|errors)=(\d+)", ran.output)
    failed = f"{failures[1]} of {tests} failed" if failures else f"failed with exit code {ran.code}"
    return f"{tests}, all passed" if ran.code == 0 else failed
