"""Where links lead, said so that nobody is deceived."""

import pytest

from boocode_desktop.content.addresses import breakable, destination


@pytest.mark.parametrize(
    ("address", "label", "host", "warned"),
    [
        ("https://docs.python.org/3/", "the docs", "docs.python.org", False),
        ("https://docs.python.org/3/", "docs.python.org", "docs.python.org", False),
        ("https://docs.python.org/3/", "python.org", "docs.python.org", False),
        ("https://docs.python.org/3/", "https://docs.python.org/3/", "docs.python.org", False),
        ("https://evil.test/", "https://github.com/login", "evil.test", True),
        ("https://github.com@evil.test/", "look", "evil.test", True),
        ("https://аpple.com/", "look", "xn--pple-43d.com", True),
        ("https://a.test/x.py", "x.py", "a.test", True),
        ("https://[broken", "x", "https://[broken", True),
        ("mailto:me@x.test?subject=a", "mail me", "me@x.test", False),
    ],
)
def test_where_it_leads(address, label, host, warned):
    found = destination(address, label)
    assert found.host == host and bool(found.warning) is warned


def test_an_address_can_be_broken_and_is_the_same_without_the_breaks():
    address = "https://x.test/a?b=c"
    assert breakable(address).replace("\u200b", "") == address and "\u200b" in breakable(address)
