"""Which real agents took part, told at the end; with --peers-needed, too few of them are a failure."""

from collections.abc import Iterator

import pytest

from tests.peers.known_peers import OPTIONAL, PEERS, Peer

TOOK_PART = pytest.StashKey[set[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--peers-needed", type=int, default=0, metavar="N", help="fail unless N real agents took part")
    parser.addoption("--optional-peers", action="store_true", help="try installed agents that are not pinned too")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[TOOK_PART] = set()
    config.pluginmanager.register(_Roll(config), "peers")


class _Roll:
    """Hears every test's report, those of other workers too."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "teardown":
            self._config.stash[TOOK_PART] |= {str(value) for name, value in report.user_properties if name == "peer"}

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        few = len(self._config.stash[TOOK_PART]) < self._config.getoption("--peers-needed")
        if few and not hasattr(self._config, "workerinput") and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        names, wanted = sorted(self._config.stash[TOOK_PART]), self._config.getoption("--peers-needed")
        terminalreporter.write_line(f"real agents that took part: {', '.join(names) or 'none'}")
        if len(names) < wanted:
            terminalreporter.write_line(f"FAILED: {wanted} of them were needed", red=True)


@pytest.fixture(params=PEERS, ids=str)
def peer(request: pytest.FixtureRequest) -> Iterator[Peer]:
    """Each real agent in turn; those that nobody pinned only when asked for, whatever is installed."""
    if request.param in OPTIONAL and not request.config.getoption("--optional-peers"):
        pytest.skip(f"{request.param} is tried with --optional-peers")
    yield request.param
