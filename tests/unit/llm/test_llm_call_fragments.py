"""Tool calls from fragments, as servers really send them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.domain.model_stream import ToolCall
from boocode_desktop.llm.call_fragments import CallAssembler


def assemble(*fragments, cut=False):
    assembler = CallAssembler()
    started = [s for f in fragments for s in assembler.add(f)]
    return assembler.finish(cut=cut), [(s.index, s.name) for s in started]


def frag(index=None, call_id=None, name=None, arguments=None):
    fragment = {"function": {}}
    if index is not None:
        fragment["index"] = index
    if call_id is not None:
        fragment["id"] = call_id
    if name is not None:
        fragment["function"]["name"] = name
    if arguments is not None:
        fragment["function"]["arguments"] = arguments
    return fragment


A, B = ToolCall(id="a", name="read", arguments='{"p": 1}'), ToolCall(id="b", name="list", arguments='{"q": 2}')


def test_the_protocol_as_written():
    calls, started = assemble(
        frag(0, "a", "read", ""), frag(0, arguments='{"p'), frag(1, "b", "list", ""), frag(0, arguments='": 1}'),
        frag(1, arguments='{"q": 2}'),
    )  # fmt: skip
    assert calls == (A, B) and started == [(0, "read"), (1, "list")]


@pytest.mark.parametrize(
    "fragments",
    [
        pytest.param([frag(None, "a", "read", '{"p": 1}'), frag(None, "b", "list", '{"q": 2}')], id="no index"),
        pytest.param(
            [frag(None, "a", "read"), frag(arguments='{"p": 1}'), frag(None, "b", "list"), frag(arguments='{"q": 2}')],
            id="no index, id only at the beginning",
        ),
        pytest.param(
            [frag(0, "a", "read", '{"p": 1}'), frag(0, "b", "list", '{"q": '), frag(0, "b", "", "2}")],
            id="every call at index 0",
        ),
        pytest.param(
            [frag(0, "a", "read", '{"p": 1}'), frag(0, "b", "list"), frag(1, arguments='{"q": 2}')],
            id="the second begins at index 0 and goes on at 1",
        ),
        pytest.param(
            [frag(0, "a", "read"), frag(1, "a", arguments='{"p": 1}'), frag(2, "b", "list", '{"q": 2}')],
            id="one id at two indexes",
        ),
        pytest.param(
            [
                frag(0, "a", "read", '{"p'),
                frag(0, "a", "read", '": 1}'),
                frag(1, "b", "list", '{"q"'),
                frag(1, "b", "list", ": 2}"),
            ],
            id="the name on every fragment",
        ),
        pytest.param(
            [frag(0, "a", "read", {"p": 1}), frag(1, "b", "list", {"q": 2})],
            id="arguments as an object",
        ),
        pytest.param(
            [frag(0, "a", None, '{"p": 1}'), frag(0, None, "read", None), frag(1, "b", "list", '{"q": 2}')],
            id="the name after the arguments",
        ),
    ],
)
def test_what_servers_do(fragments):
    assert assemble(*fragments)[0] == (A, B)


def test_without_ids_and_indexes_a_new_name_after_whole_arguments_is_a_new_call():
    calls, _ = assemble(frag(name="read", arguments='{"p": 1}'), frag(name="read", arguments='{"p": 2}'))
    assert [c.arguments for c in calls] == ['{"p": 1}', '{"p": 2}'] and len({c.id for c in calls}) == 2


def test_ids_that_servers_repeat_are_made_different():
    calls, _ = assemble(frag(0, None, "a", "{}"), frag(1, None, "b", "{}"), frag(2, "call_0", "c", "{}"))
    assert [c.id for c in calls] == ["call_0", "call_1", "call_0_2"]


def test_a_call_cut_by_length_is_left_out_only_when_it_is_half():
    whole, half = frag(0, "a", "read", '{"p": 1}'), frag(1, "b", "list", '{"q": ')
    assert assemble(whole, half, cut=True)[0] == (A,)
    assert len(assemble(whole, half)[0]) == 2
    assert assemble(whole, cut=True)[0] == (A,)


def test_no_arguments_are_an_empty_object_and_no_name_is_no_call():
    assert assemble(frag(0, "a", "list"))[0] == (ToolCall(id="a", name="list", arguments="{}"),)
    assert assemble(frag(0, "a", None, "{}"))[0] == ()


_values = st.dictionaries(st.text(max_size=5), st.text(max_size=30) | st.integers(), max_size=4)


@given(
    inputs=st.lists(_values, min_size=1, max_size=4),
    size=st.integers(1, 9),
    order=st.randoms(use_true_random=False),
    repeat=st.booleans(),
)
def test_any_cutting_and_interleaving_gives_the_same_calls(inputs, size, order, repeat):
    texts = [json.dumps(value) for value in inputs]
    queues = [[text[i : i + size] for i in range(0, len(text), size)] for text in texts]
    fragments = [frag(place, f"id{place}", f"tool{place}", "") for place in range(len(texts))]
    while any(queues):
        place = order.choice([p for p, queue in enumerate(queues) if queue])
        name = f"tool{place}" if repeat else None
        fragments.append(frag(place, f"id{place}" if repeat else None, name, queues[place].pop(0)))
    calls, started = assemble(*fragments)
    assert [c.arguments for c in calls] == texts
    assert [(c.id, c.name) for c in calls] == [(f"id{p}", f"tool{p}") for p in range(len(texts))]
    assert len(started) == len(texts)
