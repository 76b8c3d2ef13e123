"""The one place where markup is made: elements from names, attributes and text, escaped by construction.

Text may come from anywhere (a tensor of strings, a variable's name, a driver), so control codes, characters that XML
cannot carry and lone surrogates are made visible here, once for every picture.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import Final

Element = ET.Element

# Bidirectional overrides and other invisible formats can make a text read unlike what it is.
_INVISIBLE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)


def visible(text: str) -> str:
    r"""`text` with every character that would not show, or could act, written as an escape.

    Example:
        >>> visible("a\x1b[31m\u202eb")
        'a\\x1b[31m\\u202eb'
    """
    return _INVISIBLE.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    known = {9: "\\t", 10: "\\n", 13: "\\r"}
    return known.get(code) or (f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}")


def element(tag: str, text: str = "", /, *children: Element, **attributes: str | None) -> Element:
    """An element; attributes that are None are left out, `_` in a name stands for `-`, a trailing one is dropped."""
    made = ET.Element(
        tag, {k.rstrip("_").replace("_", "-"): visible(v) for k, v in attributes.items() if v is not None}
    )
    made.text = visible(text) if text else None
    made.extend(children)
    return made


def style(**properties: str | None) -> str:
    """Inline CSS. Theme variables come second: a sanitizer that drops them leaves the plain value before."""
    return ";".join(f"{k.replace('_', '-')}:{v}" for k, v in properties.items() if v is not None)


def as_html(root: Element) -> str:
    """The element as HTML.

    ElementTree's own HTML leaves `<` in attributes as it is. Its XML does not; the only difference that matters to a
    browser are the end tags of elements that have none, and no text can look like one of those.
    """
    xml = ET.tostring(root, encoding="unicode", method="xml", short_empty_elements=False)
    return xml.replace("</br>", "").replace("</img>", "")


def as_xml(root: Element) -> str:
    """The element as XML, for SVG."""
    return ET.tostring(root, encoding="unicode", method="xml")
