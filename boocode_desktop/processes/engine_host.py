"""The embedded llama.cpp server in a process of its own; run as a script by the engine's supervisor.

It prints one line when it serves, `READY http://127.0.0.1:PORT`, and ends when its input ends, so that it does not
outlive the program. The API key comes in the environment, where other users cannot read it.

Two things are left alone on purpose. Signals keep their default action: the constructor holds the interpreter's lock
until the model is loaded, so that no Python handler could run. And the server is never destroyed: its destructor
waits for every open stream, and deadlocks right after the start.
"""

import argparse
import os
import signal
import sys
from typing import Any

KEY_VARIABLE = "LLAMA_API_KEY"


def main() -> int:
    """Load, serve, wait for the end of input. Returns only when it cannot serve."""
    given = _parse(sys.argv[1:])
    key = os.environ.pop(KEY_VARIABLE, "")
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    import xllamacpp  # after the arguments, so that wrong ones are told at once

    try:
        server = xllamacpp.Server(_parameters(xllamacpp.CommonParams(), given, key))
    except Exception as error:
        sys.stderr.write(f"FATAL {error}\n")
        return 1  # an ordinary end, so that the server's own log is written out: it says why
    sys.stdout.write(f"READY {server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.buffer.read()
    os._exit(0)


def _parse(argv: list[str]) -> argparse.Namespace:
    """The arguments that llama-server has, as far as we use them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True)
    parser.add_argument("--mmproj")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--ctx-size", type=int, default=0)
    parser.add_argument("--parallel", type=int, default=1)
    parser.add_argument("--threads", type=int, default=-1)
    parser.add_argument("--n-gpu-layers", type=int)
    parser.add_argument("--cache-ram", type=int)
    return parser.parse_args(argv)


def _parameters(parameters: Any, given: argparse.Namespace, key: str) -> Any:
    parameters.model.path = given.model
    parameters.hostnames = [given.host]
    parameters.port = given.port
    parameters.n_ctx = given.ctx_size
    parameters.n_parallel = given.parallel
    parameters.cpuparams.n_threads = given.threads
    parameters.endpoint_metrics = True
    parameters.cors_origins = ""
    parameters.ui = False
    if key:
        parameters.api_keys = [key]
    if given.mmproj:
        parameters.mmproj.path = given.mmproj
    if given.n_gpu_layers is not None:
        parameters.n_gpu_layers = given.n_gpu_layers
    if given.cache_ram is not None:
        parameters.cache_ram_mib = given.cache_ram
    return parameters


if __name__ == "__main__":
    sys.exit(main())
