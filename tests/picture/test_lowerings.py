"""Every figure, in every form: whole without scripts, safe for every viewer, the same words everywhere."""

from __future__ import annotations

import base64
import itertools
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from typing import Any

import pytest

from tfnb.picture.lower_html import lower_html
from tfnb.picture.lower_svg import lower_svg
from tfnb.picture.lower_text import lower_text
from tfnb.picture.parts import Figure
from tfnb.picture.text_width import text_width

pytestmark = pytest.mark.usefixtures("english")

# What both JupyterLab's sanitizer (packages/apputils/src/sanitizer.ts) and that of nbconvert let through.
TAGS = {"div", "span", "b", "br", "table", "tr", "td", "th", "img"}
ATTRIBUTES = {
    "style", "class", "lang", "role", "aria-label", "colspan", "rowspan", "scope", "src", "alt", "width", "height",
}  # fmt: skip
STYLED = {
    "background", "background-color", "border", "border-collapse", "border-radius", "border-right", "border-spacing",
    "box-sizing", "color", "display", "font-family", "font-size", "font-weight", "height", "image-rendering",
    "line-height", "margin", "max-width", "min-width", "opacity", "overflow-x", "padding", "padding-right",
    "table-layout", "text-align", "vertical-align", "white-space", "width",
}  # fmt: skip
SVG_TAGS = {"svg", "g", "title", "desc", "text", "rect", "line", "image", "polyline", "circle"}


# A drawing inside of HTML is an image: a sanitizer that takes `svg` away would leave its labels behind.
DRAWING = "data:image/svg+xml;base64,"


class Reader(HTMLParser):
    """The tags, attributes and words of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    return reader


def test_html_has_only_tags_and_attributes_that_sanitizers_keep(figure: Figure) -> None:
    for tag, attributes in read(lower_html(figure)).tags:
        assert tag in TAGS
        assert set(attributes) <= ATTRIBUTES


def test_html_styling_is_inline_and_of_the_kinds_that_are_kept(figure: Figure) -> None:
    for _tag, attributes in read(lower_html(figure)).tags:
        for declaration in filter(None, (attributes.get("style") or "").split(";")):
            assert declaration.split(":")[0] in STYLED


def test_theme_variables_always_have_a_plain_value_before_them(figure: Figure) -> None:
    for _tag, attributes in read(lower_html(figure)).tags:
        css = attributes.get("style") or ""
        for name in re.findall(r"([\w-]+):var\(", css):
            assert re.search(rf"(^|;){name}:(?!var)", css.split(f"{name}:var(")[0])


def test_no_form_loads_anything(figure: Figure) -> None:
    attributes = [one for _tag, one in read(lower_html(figure)).tags]
    attributes += [dict(one.attrib) for one in ET.fromstring(lower_svg(figure)).iter()]
    for one in attributes:
        for name, value in one.items():
            assert not name.startswith("on")
            if name in ("src", "href"):
                assert (value or "").startswith(("data:image/png;base64,", DRAWING))
            if name == "style":
                assert "url(" not in (value or "")
            if name == "id":
                assert (value or "").startswith("tfnb-")


def test_html_says_its_language_and_what_it_shows(figure: Figure) -> None:
    _tag, attributes = read(lower_html(figure)).tags[0]
    assert attributes["lang"] == "en"
    assert attributes["aria-label"]


def test_images_have_words(figure: Figure) -> None:
    for tag, attributes in read(lower_html(figure)).tags:
        if tag == "img":
            assert attributes["alt"]


def test_svg_is_xml_with_presentation_attributes_only(figure: Figure) -> None:
    tree = ET.fromstring(lower_svg(figure))
    for one in tree.iter():
        assert one.tag.removeprefix("{http://www.w3.org/2000/svg}") in SVG_TAGS
        assert not {"style", "class"} & set(one.attrib)
    assert tree.find("{http://www.w3.org/2000/svg}title") is not None
    assert tree.find("{http://www.w3.org/2000/svg}desc") is not None


def test_svg_elements_stay_inside_the_picture(figure: Figure) -> None:
    tree = ET.fromstring(lower_svg(figure))
    width, height = float(tree.attrib["width"]), float(tree.attrib["height"])

    def walk(one: Any, x: float, y: float) -> None:
        move = re.match(r"translate\(([\d.-]+) ([\d.-]+)\)", one.get("transform", ""))
        if move:
            x, y = x + float(move[1]), y + float(move[2])
        if one.tag.endswith(("rect", "image")):
            left, top = x + float(one.get("x", 0)), y + float(one.get("y", 0))
            assert left >= -0.5
            assert left + float(one.attrib["width"]) <= width + 0.5
            assert top + float(one.attrib["height"]) <= height + 0.5
        for child in one:
            walk(child, x, y)

    walk(tree, 0, 0)


def words_of(text: str) -> set[str]:
    return set(re.findall(r"\w+", text))


def drawn_words(reader: Reader) -> list[str]:
    """The words of the drawings among the images."""
    sources = [one.get("src") or "" for tag, one in reader.tags if tag == "img"]
    drawings = [base64.b64decode(source.removeprefix(DRAWING)) for source in sources if source.startswith(DRAWING)]
    return [one.text or "" for drawing in drawings for one in ET.fromstring(drawing).iter() if one.tag.endswith("text")]


def test_a_drawing_in_html_is_xml_with_presentation_attributes_only(figure: Figure) -> None:
    for tag, one in read(lower_html(figure)).tags:
        source = one.get("src") or ""
        if tag == "img" and source.startswith(DRAWING):
            for inner in ET.fromstring(base64.b64decode(source.removeprefix(DRAWING))).iter():
                assert inner.tag.removeprefix("{http://www.w3.org/2000/svg}") in SVG_TAGS
                assert not {"style", "class", "href", "onload"} & set(inner.attrib)


def test_html_and_svg_say_the_same_words(figure: Figure) -> None:
    reader = read(lower_html(figure))
    html = words_of(" ".join([*reader.words, *drawn_words(reader)]))
    svg = ET.fromstring(lower_svg(figure))
    drawn = words_of(" ".join(one.text or "" for one in svg.iter() if one.tag.endswith("text")))
    assert html == drawn


def test_text_says_every_number_that_html_says(figure: Figure) -> None:
    html = words_of(" ".join(read(lower_html(figure)).words))
    missing = {word for word in html - words_of(lower_text(figure)) if word.isdigit()}
    assert not missing


def test_text_has_no_control_codes_and_no_spaces_at_line_ends(figure: Figure) -> None:
    lines = lower_text(figure).split("\n")
    assert all(line == line.rstrip() for line in lines)
    assert all(c.isprintable() for line in lines for c in line)


def test_the_sides_of_boxes_in_text_stand_below_each_other(figure: Figure) -> None:
    lines = lower_text(figure).split("\n")
    for above, below in itertools.pairwise(lines):
        for match in re.finditer("┌", above):
            column = text_width(above[: match.start()])
            reached = 0
            for character in below:
                if reached == column:
                    assert character in "│└"
                    break
                reached += text_width(character)
