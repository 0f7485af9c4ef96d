"""A prompt can carry its own script: one `@@word argument` a line, so that tests say what an agent shall do."""

import os

from boocode_desktop.agents.scripted.hands import Hands

MARK = "@@"


def carries_script(prompt: str) -> bool:
    """Whether the prompt has directives."""
    return any(line.lstrip().startswith(MARK) for line in prompt.splitlines())


def play(hands: Hands, prompt: str) -> None:
    """Do what the prompt's directives say, in order."""
    for line in prompt.splitlines():
        if line.lstrip().startswith(MARK):
            word, _, rest = line.strip().removeprefix(MARK).partition(" ")
            _do(hands, word, rest)


def _do(hands: Hands, word: str, rest: str) -> None:
    first, _, more = rest.partition(" ")
    match word:
        case "say":
            hands.say(rest)
        case "think":
            hands.think(rest)
        case "plan":
            hands.plan(tuple(step.strip() for step in rest.split(";")), 0)
        case "read":
            hands.say(f"{first}: {hands.read(first)!r}")
        case "write":
            hands.write(first, more.encode().decode("unicode_escape"))
        case "run":
            ran = hands.run(tuple(rest.split()))
            hands.say(f"exit {ran.code}: {ran.output}")
        case "elicit":
            hands.say(f"answer: {hands.elicit(rest)}")
        case "slow":
            for number in range(int(first)):
                hands.say(f"slow{number}")
                hands.inbox.pause(float(more))
        case "hang":
            hands.inbox.pause(3600)
        case "die":
            os._exit(int(first or 3))
        case _:
            hands.say(f"I know no directive {word!r}.")
