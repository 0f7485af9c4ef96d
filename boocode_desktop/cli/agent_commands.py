"""`boocode agents …`: who can take a turn, what each can do, and changing that."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing

from boocode_desktop.cli.arguments import DONE, FAILED
from boocode_desktop.cli.output import complain, plain, print_json, print_table, say
from boocode_desktop.domain.errors import NotFoundError, UsageError
from boocode_desktop.orchestrator.front import Front
from boocode_desktop.orchestrator.ports.agents import AgentInfo

Command = Callable[[Front, argparse.Namespace], Awaitable[int]]


async def agents_list(front: Front, args: argparse.Namespace) -> int:
    """`agents list`."""
    agents = await front.agents.refresh()
    if args.json:
        print_json(plain(agents))
        return DONE
    print_table([_row(agent) for agent in agents], empty="No agents.")
    return DONE


def _row(agent: AgentInfo) -> tuple[str, ...]:
    return (agent.name, agent.state, agent.version or "-", agent.detail)


async def agents_probe(front: Front, args: argparse.Namespace) -> int:
    """`agents probe [NAME]`: 1 when the named agent, or one that is installed, does not work."""
    found = await front.agents.refresh()
    if args.name:
        agents = [await front.agents.probe(args.name, force=True)]
    else:
        names = [agent.name for agent in found if agent.state not in ("disabled", "unavailable")]
        agents = list(await asyncio.gather(*(front.agents.probe(name, force=True) for name in names)))
    if args.json:
        print_json(plain(agents[0] if args.name else agents))
    else:
        for agent in agents:
            _say_agent(agent)
    bad = ("error", "unavailable") if args.name else ("error",)
    return FAILED if any(agent.state in bad for agent in agents) else DONE


def _say_agent(agent: AgentInfo) -> None:
    say(f"{agent.label} ({agent.name})  {agent.state}  {agent.version}".rstrip())
    if agent.problem:
        say(f"  {agent.problem}")
    for what, text in _facts(agent):
        if text:
            say(f"  {what:<13} {text}")


def _facts(agent: AgentInfo) -> Sequence[tuple[str, str]]:
    can = agent.capabilities
    return (
        ("command", " ".join(agent.command)),
        ("can", ", ".join(name for name, has in plain(can).items() if has) if can else ""),
        ("models", _choices([model.id for model in agent.models], agent.model)),
        ("modes", _choices([mode.id for mode in agent.modes], agent.mode)),
        ("efforts", _choices(agent.efforts, agent.effort)),
        ("commands", ", ".join(f"/{command.name}" for command in agent.commands)),
    )


def _choices(ids: Sequence[str], current: str, most: int = 12) -> str:
    shown = [f"{one} (current)" if one == current else one for one in ids[:most]]
    return ", ".join(shown) + (f" and {len(ids) - most} more" if len(ids) > most else "")


async def agents_diagnose(front: Front, args: argparse.Namespace) -> int:
    """`agents diagnose NAME`."""
    text = await front.agents.diagnose(args.name)
    if args.json:
        print_json({"name": args.name, "text": text})
    else:
        for line in text.splitlines():
            say(line)
    return DONE


async def agents_switch(front: Front, args: argparse.Namespace) -> int:
    """`agents enable NAME` and `agents disable NAME`."""
    agent = await front.agents.set_enabled(args.name, args.verb == "enable")
    return _show_change(args, agent, f"{agent.name} is {'enabled' if agent.enabled else 'disabled'}.")


async def agents_add(front: Front, args: argparse.Namespace) -> int:
    """`agents add NAME [-- COMMAND [ARG]...]`."""
    env = dict(_variable(text) for text in args.env)
    agent = await front.agents.add(args.name, args.words, label=args.label, env=env)
    return _show_change(args, agent, f"{agent.name} is added.")


def _variable(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise UsageError(f"“{text}” sets no variable.", "--env NAME=VALUE")
    return name, value


def _show_change(args: argparse.Namespace, agent: AgentInfo, text: str) -> int:
    if args.json:
        print_json(plain(agent))
    else:
        say(f"{text} {agent.detail}" if agent.state == "unavailable" else text)
    return DONE


async def agents_remove(front: Front, args: argparse.Namespace) -> int:
    """`agents remove NAME`."""
    await front.agents.remove(args.name)
    if args.json:
        print_json({"name": args.name, "done": "removed"})
    else:
        say(f"{args.name} is as if nothing had been said about it.")
    return DONE


async def agents_catalogue(front: Front, args: argparse.Namespace) -> int:
    """`agents catalogue`."""
    await front.agents.refresh()
    offered = front.agents.catalogue()
    if args.json:
        print_json(plain(offered))
        return DONE
    rows = [
        (a.name, "added" if a.added else "-", "installed" if a.installed else "-", a.install or "-", a.description)
        for a in offered
    ]
    print_table(rows, empty="Nothing to add.")
    return DONE


async def agents_install(front: Front, args: argparse.Namespace) -> int:
    """`agents install NAME`: shows the command, and runs it only with `--yes`."""
    found = {agent.name: agent.install for agent in front.agents.catalogue()}
    found |= {agent.name: agent.install for agent in front.agents.snapshot()}
    if args.name not in found:
        raise NotFoundError(f"There is no agent “{args.name}”.", "`boocode agents catalogue` shows those to install.")
    command = found[args.name]
    if not command:
        raise NotFoundError(f"No command is known that installs {args.name}.", "Its own documentation tells how.")
    if not args.yes:
        if args.json:
            print_json({"name": args.name, "install": command, "ran": False})
        else:
            say(command)
            complain("Nothing was run. Run it yourself, or add --yes.")
        return DONE
    async with aclosing(front.agents.install(args.name)) as lines:
        async for line in lines:
            complain(line) if args.json else say(line)
    if args.json:
        print_json({"name": args.name, "install": command, "ran": True})
    return DONE


AGENT_COMMANDS: dict[tuple[str, str], Command] = {
    ("agents", "list"): agents_list,
    ("agents", "probe"): agents_probe,
    ("agents", "diagnose"): agents_diagnose,
    ("agents", "enable"): agents_switch,
    ("agents", "disable"): agents_switch,
    ("agents", "add"): agents_add,
    ("agents", "remove"): agents_remove,
    ("agents", "catalogue"): agents_catalogue,
    ("agents", "install"): agents_install,
}
