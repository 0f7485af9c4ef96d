"""A program that prints one turn as JSON lines, as told: `one_shot_cli.py MODE [ARGUMENT]...`. Standard library only.

It writes what it was given into the file of $ONE_SHOT_LOG, a JSON object per start.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

SESSION = "11111111-aaaa-4bbb-8ccc-000000000001"
USAGE = {"input_tokens": 10, "output_tokens": 2, "cache_read_input_tokens": 30}
RESULT = {
    "type": "result",
    "subtype": "success",
    "is_error": False,
    "session_id": SESSION,
    "stop_reason": "end_turn",
    "total_cost_usd": 0.5,
    "usage": USAGE,
}
SLEEP = "import time; time.sleep(300)"


def put(**line: Any) -> None:
    """One line."""
    print(json.dumps(line), flush=True)


def say(text: str, message: str = "msg_1") -> None:
    """A text block."""
    put(type="assistant", session_id=SESSION, message={"id": message, "content": [{"type": "text", "text": text}]})


def call(name: str, given: dict[str, Any], call_id: str = "toolu_1") -> None:
    """A tool call begins."""
    block = {"type": "tool_use", "id": call_id, "name": name, "input": given}
    put(type="assistant", session_id=SESSION, message={"id": "msg_1", "content": [block]})


def answer(text: str, call_id: str = "toolu_1", *, failed: bool = False) -> None:
    """A tool call ended."""
    block = {"type": "tool_result", "tool_use_id": call_id, "content": text, "is_error": failed}
    put(type="user", session_id=SESSION, message={"role": "user", "content": [block]})


def end(**more: Any) -> None:
    """The last line."""
    put(**{**RESULT, **more})


def main(mode: str, arguments: list[str]) -> int:
    """Play one mode."""
    resumed = next((a.partition("=")[2] for a in arguments if a.startswith("--resume=")), "")
    prompt = "" if mode == "deaf" else sys.stdin.read()
    log = Path(os.environ["ONE_SHOT_LOG"])
    known = log.exists() and mode != "lost"
    with log.open("a") as file:
        file.write(json.dumps({"argv": arguments, "prompt": prompt, "cwd": str(Path.cwd()), "pid": os.getpid()}) + "\n")
    if resumed and not known:
        print(f"No conversation found with session ID: {resumed}", file=sys.stderr)
        end(subtype="error_during_execution", is_error=True, errors=["No conversation found"], usage={})
        return 1
    put(type="system", subtype="init", session_id=SESSION, slash_commands=["review"], permissionMode="plan")
    return play(mode, prompt)


def play(mode: str, prompt: str) -> int:
    """What comes after the first line."""
    match mode:
        case "normal" | "lost" | "deaf":
            print("warming up", flush=True)
            print("[1, 2]", flush=True)
            say(f"You said: {prompt.strip()[-200:]}")
            end()
        case "tools":
            call("Write", {"file_path": "made.txt", "content": "hi"})
            Path("made.txt").write_text("hi")
            answer("File created")
            call("Bash", {"command": "make"}, "toolu_2")
            answer("Claude requested permissions to use Bash, but you haven't granted it yet.", "toolu_2", failed=True)
            say("Done.", "msg_2")
            end()
        case "error":
            say("I tried.")
            end(is_error=True, subtype="success", result="API Error: 529 overloaded")
            return 1
        case "crash":
            call("Bash", {"command": "sleep"})
            for number in range(100):
                print(f"complaint {number}", file=sys.stderr)
            sys.stderr.flush()
            os.kill(os.getpid(), signal.SIGSEGV)
        case "truncated":
            say("half")
        case "empty":
            end()
        case "hang":
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            call("Bash", {"command": "sleep 300"})
            grandchild = subprocess.Popen([sys.executable, "-c", SLEEP], start_new_session=True)
            Path("grandchild").write_text(str(grandchild.pid))
            time.sleep(300)
        case "silent":
            say("one moment")
            until(Path("go"))
            end()
        case "lingering":
            say("over")
            end()
            time.sleep(300)
        case "flood":
            piece = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "0123456789"}}
            line = json.dumps({"type": "stream_event", "session_id": SESSION, "event": piece}) + "\n"
            for _ in range(200):
                sys.stdout.write(line * 100)
                sys.stderr.write("noise " * 200 + "\n")
            sys.stdout.write("x" * 3_000_000 + "\n")
            end()
    return 0


def until(path: Path) -> None:
    """Wait for a file."""
    while not path.exists():
        time.sleep(0.02)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
