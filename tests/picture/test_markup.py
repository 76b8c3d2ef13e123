"""Nothing that a tensor, a name or a driver says becomes markup, or a control code."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfnb.picture.markup import as_html, as_xml, element, style, visible

ANYTHING = st.text(st.characters(codec=None), max_size=60)


@given(ANYTHING)
def test_any_text_survives_as_text(text: str) -> None:
    tree = ET.fromstring(as_xml(element("p", text, title=text)))
    assert (tree.text or "") == visible(text)
    assert tree.get("title") == visible(text)


@given(ANYTHING)
def test_visible_text_has_no_control_codes_and_can_be_encoded(text: str) -> None:
    shown = visible(text)
    assert all(c.isprintable() or c.isspace() or ord(c) > 0x2FFF or not c.isascii() for c in shown)
    assert not set(shown) & {chr(c) for c in [*range(32), 127, 0x202E, 0x2066]}
    shown.encode("utf-8")


@given(ANYTHING)
def test_visible_is_stable(text: str) -> None:
    assert visible(visible(text)) == visible(text)


@pytest.mark.parametrize("text", ["</script>", "<!--", "]]>", '"onclick="', "&lt;"])
def test_html_is_escaped(text: str) -> None:
    html = as_html(element("span", text, title=text))
    assert html.count("<") == 2
    assert "onclick=" not in html.replace("&quot;onclick=&quot;", "").replace('"onclick="', "") or "&quot;" in html


def test_attributes_that_are_none_are_left_out() -> None:
    assert (
        as_html(element("td", colspan=None, class_="tfnb-x", aria_label="a"))
        == '<td class="tfnb-x" aria-label="a"></td>'
    )


def test_style_is_plain_css() -> None:
    assert style(text_align="left", color=None, width="2px") == "text-align:left;width:2px"
