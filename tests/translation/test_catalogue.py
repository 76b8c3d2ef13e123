"""Every sentence has its translation, and the catalogues are those of the sources."""

from __future__ import annotations

import re

import pytest

from tfnb.language import _, get_language, set_language
from translation.catalogue import LANGUAGES, extract, load, problems, widget_sentences


def test_nothing_is_missing_or_stale() -> None:
    assert problems() == []


def test_the_widgets_sentences_are_found() -> None:
    assert "in use" in widget_sentences()


def test_sentences_of_every_layer_are_found() -> None:
    files = {location[0].split("/")[1] for message in extract() for location in message.locations if "/" in location[0]}
    assert {"ops", "engine", "picture", "notebook", "device", "command"} <= files


@pytest.mark.parametrize("language", LANGUAGES)
def test_format_specifications_stay(language: str) -> None:
    specification = re.compile(r"\{\w+([!:][^}]*)\}")
    for message in load(language):
        if message.id:
            assert sorted(specification.findall(str(message.string))) == sorted(specification.findall(str(message.id)))


def test_japanese_puts_a_space_between_scripts() -> None:
    # Between Japanese and Latin letters or digits, as teaching's rules have it; punctuation needs none.
    japanese = "[\u3040-\u30ff\u4e00-\u9fff]"
    glued = re.compile(rf"{japanese}[A-Za-z0-9`]|[A-Za-z0-9`]{japanese}")
    wrong = [str(m.string) for m in load("ja") if m.id and glued.search(re.sub(r"\{[^}]*\}", "", str(m.string)))]
    assert wrong == []


def test_japanese_uses_the_words_of_the_field() -> None:
    said = " ".join(str(message.string) for message in load("ja") if message.id)
    for wrong in ("次元", "メモリー", "パラメーター", "トレーニング", "リシェイプ", "テンサー"):
        assert wrong not in said


def test_the_catalogue_is_read_at_run_time() -> None:
    before = get_language()
    try:
        set_language("ja")
        assert _("result") == "結果"
        set_language("en")
        assert _("result") == "result"
    finally:
        set_language(before)
