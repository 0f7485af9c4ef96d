"""Markdown and code as laid out texts: nothing is loaded, positions are Qt's, looks are ours."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QTextDocument

from boocode_desktop.content.highlighting import Span
from boocode_desktop.content.highlighting_ansi import ansi_text
from boocode_desktop.ui.transcript.code_document import code_text
from boocode_desktop.ui.transcript.markdown_document import (
    InertDocument,
    TextLook,
    is_web_link,
    markdown_text,
    plain_text,
)
from tests.fakes import transcript_samples as samples


def laid(theme, source, width=600, definitions=""):
    text = markdown_text(source, theme, TextLook(), definitions)
    text.set_width(width)
    return text


def painted(text, theme, width=620):
    image = QImage(width, max(10, text.height + 10), QImage.Format.Format_RGB32)
    image.fill(theme.color("bg0"))
    with QPainter(image) as painter:
        text.draw(painter, theme, QPointF(4, 4), image.rect().toRectF())
    return image


def colours(image):
    return {
        QColor(image.pixel(x, y)).name().upper() for y in range(0, image.height()) for x in range(0, image.width(), 1)
    }


@pytest.mark.parametrize(
    "source",
    [
        "![x]({path})",
        "![x](file://{path})",
        "![x][r]\n\n[r]: {path}",
        "[![x]({path})](https://x.test)",
        "<img src='{path}'>",
        "![x](http://127.0.0.1:1/x.png)",
    ],
)
def test_markdown_reads_no_file_and_no_host(theme, tmp_path, monkeypatch, source):
    picture = QImage(200, 200, QImage.Format.Format_RGB32)
    picture.fill(QColor("#12FE34"))
    path = tmp_path / "secret.png"
    assert picture.save(str(path))
    text = laid(theme, source.format(path=path))
    assert "#12FE34" not in colours(painted(text, theme))
    assert text.height < 100
    for kind in QTextDocument.ResourceType:
        assert InertDocument().loadResource(kind.value, str(path)) is None


def test_a_picture_becomes_its_words(theme):
    text = laid(theme, "see ![the chart](x.png) and `code` after")
    assert text.document.toPlainText() == "see [image: the chart] and code after"
    (pad,) = text.pads
    assert text.text(pad.start, pad.start + pad.length) == "code"


def test_html_stays_text(theme):
    assert "<script>" in laid(theme, "a <script>alert(1)</script>").document.toPlainText()


@pytest.mark.parametrize(("level", "px"), [(1, 20), (2, 17), (3, 15), (4, 14)])
def test_headings_have_our_sizes(theme, level, px):
    text = laid(theme, "#" * level + " Title")
    assert text.document.begin().begin().fragment().charFormat().font().pixelSize() == px


def test_boxes_of_tasks_are_ours_and_ticked_where_they_are(theme):
    text = laid(theme, "- [x] done\n- [ ] open\n- plain")
    assert [ticked for _, ticked in text.boxes] == [True, False]
    assert {theme.tokens.ok} <= colours(painted(text, theme))


def test_numbers_go_on_where_a_long_list_was_cut(theme):
    text = laid(theme, "41. a\n42. b")
    assert text.document.begin().textList().format().start() == 41


def test_reference_links_use_definitions_of_the_whole_message(theme):
    text = laid(theme, "see [docs]", definitions="[docs]: https://x.test/d")
    assert text.links() == ["https://x.test/d"]
    assert text.document.toPlainText() == "see docs"


@pytest.mark.parametrize(
    ("source", "address"),
    [
        ("open http://localhost:5173/app.", "http://localhost:5173/app"),
        ("- (http://127.0.0.1:8000/A_(b))", "http://127.0.0.1:8000/A_(b)"),
        ("| a |\n|---|\n| https://x.test:8/y |", "https://x.test:8/y"),
    ],
)
def test_bare_addresses_are_links(theme, source, address):
    text = laid(theme, source)
    assert text.links() == [address] and text.link_label(address) == address


def test_strong_words_use_a_face_that_our_font_has(theme):
    text = laid(theme, "so **strong**")
    iterator = text.document.begin().begin()
    weights = {}
    while not iterator.atEnd():
        fragment = iterator.fragment()
        weights[fragment.text()] = fragment.charFormat().fontWeight()
        iterator += 1
    assert weights["strong"] == QFont.Weight.DemiBold


def test_short_cells_of_a_table_stay_on_one_line_and_nothing_sticks_out(theme):
    long = "a long description that needs several lines in any window"
    text = laid(theme, f"| a | p50 | words |\n|---|---|---|\n| {long} | 12 ms | {long} |", width=420)
    assert text.document.size().width() <= 420
    assert text.document.find("12 ms").block().layout().lineCount() == 1
    many = "|".join(["12345678"] * 12)
    wide = laid(theme, f"|{many}|\n|{'---|' * 12}\n|{many}|", width=420)
    assert wide.document.size().width() <= 420


def test_lists_one_after_the_other_stand_apart(theme):
    apart = laid(theme, "1. one\n2. two\n\n- [ ] three\n- [x] four").height
    together = laid(theme, "1. one\n2. two\n3. three\n4. four").height
    nested = laid(theme, "1. one\n2. two\n   - [ ] three\n   - [x] four").height
    assert together == nested < apart


def test_a_link_is_found_under_the_mouse_without_the_full_stop(theme):
    text = laid(theme, "https://x.test/page.")
    assert text.link(QPointF(20, 8)) == "https://x.test/page"
    assert text.link(QPointF(500, 8)) == ""


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("https://x.test", True),
        ("HTTP://x.test", True),
        ("mailto:a@b.test", True),
        ("file:///etc/passwd", False),
        ("javascript:alert(1)", False),
        ("/etc/passwd", False),
        ("data:text/html,x", False),
        ("", False),
    ],
)
def test_only_web_and_mail_addresses_are_offered(address, allowed):
    assert is_web_link(address) is allowed


@settings(max_examples=60, deadline=None)
@given(lines=st.lists(st.text(alphabet=st.sampled_from("ab `*_#->|[](!)\n1.~x é😀"), max_size=30), max_size=6))
def test_any_markdown_can_be_laid_out_and_painted(session_theme, lines):
    text = laid(session_theme, "\n".join(lines), width=200)
    painted(text, session_theme, 220)
    assert text.text(0, text.length) is not None


def test_positions_after_wide_characters_are_those_of_qt(theme):
    source = "😀 x = 1\n日本 = 2"
    text = code_text(
        source, [Span(start=2, length=1, tone="bad"), Span(start=8, length=2, tone="ok", back="ok_soft")], theme
    )
    text.set_width(500)
    first = text.document.begin()
    (form,) = first.layout().formats()
    assert (form.start, form.length) == (3, 1)
    (pad,) = text.pads
    assert text.text(pad.start, pad.start + pad.length) == "日本"


@settings(max_examples=40, deadline=None)
@given(raw=st.text(alphabet=st.sampled_from("ab😀é \n\t\x1b[31m0;"), max_size=80))
def test_coloured_output_is_laid_out_whatever_it_holds(session_theme, raw):
    plain, spans = ansi_text(raw)
    text = code_text(plain, spans, session_theme)
    text.set_width(300)
    painted(text, session_theme)
    assert text.document.blockCount() == plain.count("\n") + 1


def test_prompts_keep_their_line_breaks_and_mark_code(theme):
    text = plain_text("run `a b`\n  then\n\n`", theme, TextLook())
    assert text.document.toPlainText() == "run `a b`\n  then\n\n`"
    text = plain_text("run `a b` and `c`", theme, TextLook())
    assert text.document.toPlainText() == "run a b and c"
    assert [text.text(p.start, p.start + p.length) for p in text.pads] == ["a b", "c"]


def test_the_whole_sample_is_drawn_in_tokens_of_both_themes(theme, qapp):
    for name in ("dark", "light"):
        theme.apply(qapp, name)
        found = colours(painted(laid(theme, samples.MARKDOWN, 600), theme))
        assert {theme.tokens.bg0, theme.tokens.line1, theme.tokens.bg1} <= found


def test_selected_characters_stand_on_their_back(theme):
    text = laid(theme, "select me")
    image = QImage(200, 30, QImage.Format.Format_RGB32)
    image.fill(theme.color("bg0"))
    before = colours(image)
    with QPainter(image) as painter:
        text.draw(painter, theme, QPointF(0, 0), image.rect().toRectF(), (0, 6))
    assert len(colours(image) - before) > 2
    assert text.word(2) == (0, 6)
