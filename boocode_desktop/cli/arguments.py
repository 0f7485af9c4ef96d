"""The command line as a table of parsers: a public interface (see DESIGN in README)."""

import argparse
import sys
from pathlib import Path
from typing import NoReturn

from boocode_desktop import __doc__ as about

DONE, FAILED, USAGE, CANCELLED = 0, 1, 2, 130


class _Parser(argparse.ArgumentParser):
    """Errors leave with exit code 2 and say how to get help."""

    def error(self, message: str) -> NoReturn:
        print(f"boocode: {message}\nTry `{self.prog} --help`.", file=sys.stderr)
        raise SystemExit(USAGE)


def _positive(text: str) -> float:
    value = float(text)
    if value < 0:
        raise argparse.ArgumentTypeError("must not be negative")
    return value


def build_parser() -> argparse.ArgumentParser:
    """Every command with its options."""
    parser = _Parser(prog="boocode", description=about, epilog="Without a command the window opens.")
    parser.add_argument("--version", action="store_true", help="print the version and exit")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    _add_run(commands)
    _add_projects(commands)
    _add_sessions(commands)
    _add_chats(commands)
    _add_changes(commands)
    _add_history(commands)
    _add_agents(commands)
    _add_workflows(commands)
    _add_machine(commands)
    return parser


def _sub(commands: "argparse._SubParsersAction[_Parser]", name: str, help: str) -> _Parser:
    parser = commands.add_parser(name, help=help, description=help)
    assert isinstance(parser, _Parser)
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")
    return parser


def _verbs(parser: _Parser) -> "argparse._SubParsersAction[_Parser]":
    return parser.add_subparsers(dest="verb", metavar="VERB", required=True, parser_class=_Parser)


def _add_run(commands: "argparse._SubParsersAction[_Parser]") -> None:
    run = _sub(commands, "run", "one turn of an agent, without a window")
    run.add_argument("-C", dest="directory", type=Path, default=None, metavar="DIR", help="the project folder")
    run.add_argument("--session", default="new", metavar="ID|new|last", help="where the turn belongs (default: new)")
    run.add_argument("--chat", default="", metavar="ID", help="a chat of an existing session")
    run.add_argument("--agent", default="", metavar="NAME", help="who takes the turn (default: boocode)")
    run.add_argument("--model", default="", metavar="NAME", help="a model's id or name")
    run.add_argument("--base-url", default="", metavar="URL", help="an OpenAI-compatible server")
    run.add_argument("--image", type=Path, action="append", default=[], metavar="FILE", help="send an image along")
    run.add_argument("--isolation", choices=("worktree", "in-place"), default=None, help="where a new session works")
    run.add_argument("--permissions", choices=("ask", "deny", "allow"), default="ask", help="what answers questions")
    run.add_argument("--max-wait", type=_positive, default=600.0, metavar="SECONDS", help="how long to retry at most")
    run.add_argument("--queue", action="store_true", help="wait when the session is busy instead of failing")
    run.add_argument("--stdin-json", action="store_true", help="read prompts and answers as JSON lines")
    run.add_argument("prompt", nargs="?", default="", metavar="PROMPT", help="what to do; - reads it from stdin")


def _add_projects(commands: "argparse._SubParsersAction[_Parser]") -> None:
    verbs = _verbs(_sub(commands, "projects", "folders and whether they are trusted"))
    _sub(verbs, "list", "every known folder")
    for name, help in (("trust", "trust a folder as it is now"), ("untrust", "take trust back")):
        _sub(verbs, name, help).add_argument("directory", type=Path, metavar="DIR")


def _add_sessions(commands: "argparse._SubParsersAction[_Parser]") -> None:
    verbs = _verbs(_sub(commands, "sessions", "pieces of work"))
    listing = _sub(verbs, "list", "every session")
    listing.add_argument("--archived", action="store_true", help="archived ones too")
    _sub(verbs, "show", "one session with its chats").add_argument("id", metavar="ID")
    rename = _sub(verbs, "rename", "name a session")
    rename.add_argument("id", metavar="ID")
    rename.add_argument("title", metavar="TITLE")
    _sub(verbs, "archive", "put a session away").add_argument("id", metavar="ID")
    _sub(verbs, "restore", "take a session out of the archive").add_argument("id", metavar="ID")
    delete = _sub(verbs, "delete", "delete a session and its worktree")
    delete.add_argument("id", metavar="ID")
    delete.add_argument("--force", action="store_true", help="even when work would be lost")


def _add_chats(commands: "argparse._SubParsersAction[_Parser]") -> None:
    verbs = _verbs(_sub(commands, "chats", "tabs of a session"))
    _sub(verbs, "list", "chats of a session").add_argument("--session", default="last", metavar="ID")
    _sub(verbs, "show", "every turn of a chat").add_argument("id", metavar="ID")
    _sub(verbs, "archive", "close a chat").add_argument("id", metavar="ID")
    _sub(verbs, "restore", "open a closed chat").add_argument("id", metavar="ID")
    fork = _sub(verbs, "fork", "a new chat that begins like another")
    fork.add_argument("id", metavar="ID")
    fork.add_argument("--turn", type=int, required=True, metavar="N", help="the last turn to take along")


def _add_changes(commands: "argparse._SubParsersAction[_Parser]") -> None:
    verbs = _verbs(_sub(commands, "changes", "what a session changed"))
    helps = {
        "list": "every changed file",
        "diff": "the changed lines",
        "approve": "write changes into the project folder",
        "reject": "take changes back in the worktree",
        "reverse": "take approved changes out of the folder again",
    }
    for name, help in helps.items():
        verb = _sub(verbs, name, help)
        verb.add_argument("--session", default="last", metavar="ID")
        verb.add_argument("--file", default="", metavar="PATH")
        verb.add_argument("--hunk", type=int, default=None, metavar="N", help="one hunk, counted from 1")
    made = _sub(verbs, "commit", "commit what was approved, and nothing else")
    made.add_argument("--session", default="last", metavar="ID")
    made.add_argument("-m", "--message", default="", metavar="TEXT", help="the message; drafted without it")
    made.add_argument("--dry-run", action="store_true", help="only say what would be committed")
    blame = _sub(commands, "blame", "who wrote each line of a file")
    blame.add_argument("path", metavar="PATH")
    blame.add_argument("--session", default="last", metavar="ID")
    rewind = _sub(commands, "rewind", "make the worktree as it was after a turn")
    rewind.add_argument("--session", default="last", metavar="ID")
    which = rewind.add_mutually_exclusive_group(required=True)
    which.add_argument("--to-turn", type=int, metavar="N", help="the turn; 0 is the start")
    which.add_argument("--undo", action="store_true", help="undo the newest rewind")
    rewind.add_argument("--dry-run", action="store_true", help="only say what would change")


def _add_history(commands: "argparse._SubParsersAction[_Parser]") -> None:
    traces = _sub(commands, "traces", "every tool call of a chat")
    traces.add_argument("--chat", default="last", metavar="ID")
    traces.add_argument("--turn", type=int, default=None, metavar="N")
    traces.add_argument("--limit", type=int, default=50, metavar="N", help="at most 200")
    traces.add_argument("--cursor", default="", metavar="C", help="next_cursor of the page before")
    usage = _sub(commands, "usage", "tokens spent")
    which = usage.add_mutually_exclusive_group()
    which.add_argument("--chat", default="", metavar="ID")
    which.add_argument("--session", default="", metavar="ID")
    which.add_argument("--project", default=None, type=Path, metavar="DIR")


def _add_agents(commands: "argparse._SubParsersAction[_Parser]") -> None:
    verbs = _verbs(_sub(commands, "agents", "who can take a turn"))
    _sub(verbs, "list", "every known agent and its state")
    probe = _sub(verbs, "probe", "ask an agent what it can do, or all that are installed")
    probe.add_argument("name", nargs="?", default="", metavar="NAME")
    helps = {
        "diagnose": "all that is known about why an agent does not work, to paste",
        "enable": "offer an agent",
        "disable": "do not offer an agent",
        "remove": "forget what agents.toml says about an agent",
    }
    for name, help in helps.items():
        _sub(verbs, name, help).add_argument("name", metavar="NAME")
    add = _sub(verbs, "add", "add any agent that speaks ACP, or one of the catalogue by its name alone")
    add.usage = "boocode agents add [--json] [--label TEXT] [--env NAME=VALUE]... NAME [-- COMMAND [ARG]...]"
    add.add_argument("--label", default="", metavar="TEXT", help="how it is shown")
    add.add_argument("--env", action="append", default=[], metavar="NAME=VALUE", help="a variable set for it")
    add.add_argument("name", metavar="NAME")
    add.add_argument("words", nargs="*", metavar="COMMAND", help="its program and arguments, after --")
    _sub(verbs, "catalogue", "agents to add or install, with the commands that install them")
    install = _sub(verbs, "install", "show the command that installs an agent, or run it")
    install.add_argument("name", metavar="NAME")
    install.add_argument("--yes", action="store_true", help="run it")
    tour = _sub(commands, "tour", "a scripted agent fixes a bug in a small sample project, for real")
    tour.epilog = "BOOCODE_TOUR_AGENT names a program that speaks the Agent Client Protocol and plays it instead."


def _add_workflows(commands: "argparse._SubParsersAction[_Parser]") -> None:
    help = "the library of workflow scripts; this version checks them and runs none"
    verbs = _verbs(_sub(commands, "workflow", help))
    listing = _sub(verbs, "list", "the scripts of a folder and your own, the nearest of a name first")
    show = _sub(verbs, "show", "what a script says of itself, what is wrong with it, and its text")
    show.add_argument("name", metavar="NAME", help="its name, or where it lies")
    for verb in (listing, show):
        verb.add_argument("-C", dest="directory", type=Path, default=None, metavar="DIR", help="the project folder")


def _add_machine(commands: "argparse._SubParsersAction[_Parser]") -> None:
    verbs = _verbs(_sub(commands, "engine", "the local llama.cpp server"))
    _sub(verbs, "status", "whether one runs, and where model files are")
    _sub(verbs, "start", "run a model file until interrupted").add_argument("file", type=Path, metavar="FILE")
    _sub(verbs, "stop", "end the engine that another boocode started")
    _sub(commands, "doctor", "check this installation and say what is missing")
