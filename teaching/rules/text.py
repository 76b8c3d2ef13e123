"""What a reader sees of Markdown, and how much of it there is."""

from __future__ import annotations

import re
from typing import Final

JAPANESE: Final = "ぁ-ゖァ-ヺー一-鿿々〆〜、。「」？！"

_FENCE: Final = re.compile(r"```.*?```", re.S)
_CODE: Final = re.compile(r"`[^`\n]*`")
_TAG: Final = re.compile(r"<[^>\n]+>")
_LINK: Final = re.compile(r"\[([^\]\n]*)\]\([^)\n]*\)")
_LINK_ITEM: Final = re.compile(r"^\s*(?:[-*]|\d+\.)\s*\[[^\]\n]*\]\([^)\n]*\)\s*$", re.M)
_HEADING: Final = re.compile(r"^#+ .*$", re.M)
_BOLD: Final = re.compile(r"\*\*([^*\n]+?)\*\*(?: \(([^)\n]+)\))?")


def prose(markdown: str) -> str:
    """The text without code, HTML tags and link targets; a piece of code becomes `…`."""
    text = _FENCE.sub("", markdown)
    text = _CODE.sub("…", text)
    text = _TAG.sub("", text)
    return _LINK.sub(r"\1", text)


def body(markdown: str) -> str:
    """`prose` without headings and lists of links: what a word list is judged on."""
    return prose(_HEADING.sub("", _LINK_ITEM.sub("", markdown)))


def headings(markdown: str) -> list[tuple[int, str]]:
    """The headings as (level, text)."""
    found = re.findall(r"^(#+) (.*)$", _FENCE.sub("", markdown), re.M)
    return [(len(marks), text) for marks, text in found]


def bold(markdown: str) -> list[tuple[str, str]]:
    """The bold words, each with what stands in round brackets right after it ('' if nothing does)."""
    return _BOLD.findall(_FENCE.sub("", markdown))


def english_words(markdown: str) -> int:
    """How many words a reader of English meets, pieces of code counted as one."""
    return len(re.findall(r"[\w…]+(?:['’-]\w+)*", prose(markdown)))


def japanese_characters(markdown: str) -> int:
    """How many Japanese characters a reader meets, punctuation included."""
    return len(re.findall(f"[{JAPANESE}]", prose(markdown)))


def english_sentences(markdown: str) -> list[str]:
    """The sentences of running text and of list items."""
    text = re.sub(r"(?:e\.g|i\.e|E|C)\. ", "", body(markdown).replace("**", ""))
    lines = [re.sub(r"^\s*(?:[-*]|\d+\.)\s+", "", line) for line in text.splitlines()]
    sentences = [one for line in lines for one in re.split(r"(?<=[.!?])[\")]*\s+", line)]
    return [one for one in sentences if re.search(r"[A-Za-z]{2}", one)]


def japanese_sentences(markdown: str) -> list[str]:
    """The sentences of running text and of list items."""
    text = _TAG.sub("", _FENCE.sub("", markdown)).replace("**", "")
    lines = [re.sub(r"^\s*(?:[-*]|\d+\.|#+)\s+", "", line) for line in _LINK.sub(r"\1", text).splitlines()]
    sentences = [one for line in lines for one in re.split(r"(?<=[。？！])", line)]
    return [one.strip() for one in sentences if re.search(f"[{JAPANESE}]", one)]


def details(markdown: str) -> list[str]:
    """The insides of the folded parts, without their summaries."""
    return re.findall(r"<details><summary>[^<]*</summary>(.*?)</details>", markdown, re.S)


def python_in(markdown: str) -> str | None:
    """The first block of Python in a text, None if there is none."""
    block = re.search(r"```python\n(.*?)```", markdown, re.S)
    return block[1].rstrip("\n") if block else None
