"""Command lines, announcements, properties and error texts of llama.cpp servers."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.processes import engine_commands
from boocode_desktop.processes.child_specs import Exit, exit_of
from boocode_desktop.processes.engine_commands import (
    FoundServer,
    announced_address,
    find_server,
    refused_option,
    server_command,
)
from boocode_desktop.processes.engine_errors import explain_end, explain_header, explain_start
from boocode_desktop.processes.engine_status import EngineOptions, ServerProps, parse_props
from boocode_desktop.processes.gguf import GgufError

LLAMA = FoundServer(source="llama-server", command=("/bin/llama-server",))
EMBEDDED = FoundServer(source="embedded", command=("python", "host.py"))
MODEL = Path("/models/a model.gguf")


def test_a_plain_command_line() -> None:
    assert " ".join(server_command(LLAMA, MODEL, EngineOptions())) == (
        "/bin/llama-server --model /models/a model.gguf --host 127.0.0.1 --port 0 --ctx-size 0 --parallel 1"
        " --cors-origins  --no-ui --metrics --cache-ram 1024"
    )


def test_every_option_has_its_place() -> None:
    options = EngineOptions(
        context=8192, parallel=2, threads=4, gpu_layers=0, mmproj=Path("/m.gguf"), more_arguments=("--jinja",)
    )
    line = " ".join(server_command(LLAMA, MODEL, options, refused=frozenset({"--metrics"})))
    for part in ("--ctx-size 8192", "--parallel 2", "--threads 4", "--n-gpu-layers 0", "--mmproj /m.gguf", "--jinja"):
        assert part in line
    assert "--metrics" not in line
    assert "--jinja" not in server_command(EMBEDDED, MODEL, options)


@pytest.mark.parametrize(
    ("line", "option"),
    [
        ("error: invalid argument: --cors-origins", "--cors-origins"),
        ("error: unknown argument: --cache-ram", "--cache-ram"),
        ("error: invalid argument: --model", ""),
        ("all is well", ""),
    ],
)
def test_a_refused_option_is_found_if_it_can_be_left_out(line: str, option: str) -> None:
    assert refused_option(["start", line, "end"], LLAMA, EngineOptions()) == option


@pytest.mark.parametrize(
    ("line", "address"),
    [
        ("READY http://127.0.0.1:40123", "http://127.0.0.1:40123"),
        ("0.00 I srv  llama_server: listening on http://127.0.0.1:40123", "http://127.0.0.1:40123"),
        ("main: server is listening on http://127.0.0.1:81 - starting the main loop", "http://127.0.0.1:81"),
        ("HTTP server is listening, hostname: 127.0.0.1, port: 82, http threads: 3", "http://127.0.0.1:82"),
        ("HTTP server is listening, hostname: 127.0.0.1, port: 0, http threads: 3", ""),
        ("listening on http://127.0.0.1:0", ""),
        ("not READY http://127.0.0.1:1", ""),
        ("loading model", ""),
    ],
)
def test_addresses_are_read_from_the_log(line: str, address: str) -> None:
    assert announced_address(line) == address


def test_a_server_on_the_path_is_preferred(tmp_path: Path) -> None:
    program = tmp_path / "llama-server"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert find_server(EngineOptions(), {"PATH": str(tmp_path)}) == FoundServer(
        source="llama-server", command=(str(program),)
    )
    chosen = tmp_path / "other"
    assert find_server(EngineOptions(server=chosen), {"PATH": str(tmp_path)}).command == (str(chosen),)


def test_without_any_server_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(engine_commands.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(UserFacingError, match="No local engine is installed") as raised:
        find_server(EngineOptions(), {"PATH": str(tmp_path)})
    assert "llama-server" in raised.value.hint


def test_props_are_read() -> None:
    props = {
        "default_generation_settings": {"n_ctx": 4096},
        "total_slots": 2,
        "modalities": {"vision": True, "audio": False},
        "chat_template": "… <think> …",
        "chat_template_caps": {"supports_tools": True},
    }
    assert parse_props(props) == ServerProps(
        context_size=4096, slots=2, abilities=frozenset({"vision", "tools", "thinking"})
    )


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["n_ctx", "modalities", "vision", "chat_template", "default_generation_settings"]), inner
        )
    ),
    max_leaves=8,
)


@given(json_values)
def test_odd_props_are_no_error(value: Any) -> None:
    props = parse_props(value)
    assert props.context_size >= 0


def _died(*tail: str, code: int = 1) -> Exit:
    return exit_of(code, tail=("I loading", *tail, "I bye"))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("E gguf_init: invalid magic characters: 'abcd', expected 'GGUF'", "a model.gguf is not a model file."),
        (
            "E tensor 'x' data is not within the file bounds, model is corrupted or incomplete",
            "a model.gguf is cut off.",
        ),
        ("E unknown model architecture: 'zeta'", "The engine does not know this kind of model: a model.gguf."),
        ("E srv start: couldn't bind HTTP server socket, hostname: x, port: 1", "The engine found no free port."),
        ("E llama: failed to allocate buffer for kv cache", "There is not enough memory for a model.gguf."),
        ("terminate: what(): std::bad_alloc error", "There is not enough memory for a model.gguf."),
        ("E failed to open GGUF file 'x' (Permission denied)", "a model.gguf may not be read."),
        ("E failed to load multimodal model", "The projector of a model.gguf cannot be used."),
        ("error: invalid argument: --parallel", "The engine does not know one of its options."),
    ],
)
def test_last_words_become_reasons(line: str, message: str) -> None:
    failure = explain_start(_died(line), MODEL)
    assert (failure.message, failure.lasting) == (message, True)
    assert failure.hint


def test_a_kill_while_loading_is_probably_memory() -> None:
    failure = explain_start(_died(code=-9), MODEL)
    assert "probably too little memory" in failure.message
    assert not failure.lasting


def test_an_unknown_end_quotes_the_last_error_line() -> None:
    failure = explain_start(_died("E something odd", code=3), MODEL)
    assert failure.message == "The engine ended with exit code 3 while it loaded a model.gguf."
    assert failure.hint == "Its last words: E something odd"
    assert explain_end(_died(code=-11)).message == "The engine was killed by SIGSEGV."


def test_unreadable_files_are_told_apart() -> None:
    assert "is not there" in explain_header(FileNotFoundError(), MODEL).message
    assert "cannot be read: no luck" in explain_header(OSError(1, "no luck"), MODEL).message
    assert "is not a model file: odd" in explain_header(GgufError("odd"), MODEL).message
