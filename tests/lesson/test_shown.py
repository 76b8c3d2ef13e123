"""Pictures, scores, the place and the words: what each says, in both languages, also where nothing is drawn."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import tfnb as tf
from teaching.source import read_lesson
from tfnb.lesson.words import glossary


def test_pictures_say_what_they_show(language: str) -> None:
    digits = tf.lesson.digits()
    html = tf.lesson.pictures(digits.images[:3], digits.labels[:3])._repr_mimebundle_()["text/html"]
    assert html.count("<img") == html.count("alt=") == 3
    assert {"en": "picture of a 2", "ja": "2 の画像"}[language] in html
    assert f'lang="{language}"' in html


def test_pictures_take_a_tensor_and_keep_none_of_it() -> None:
    means = tf.tensor2d([[0.0] * 64, [1.0] * 64])
    before = tf.memory().num_tensors
    shown = tf.lesson.pictures(means, range(2))
    assert tf.memory().num_tensors == before
    means.dispose()
    assert "██" in repr(shown)


@pytest.mark.parametrize(
    ("images", "labels"), [([[0] * 63], [1]), ([[0] * 64], [1, 2]), ([0] * 64, [1]), ([], [])], ids=str
)
def test_what_is_no_square_picture_is_refused(images: object, labels: list[int]) -> None:
    with pytest.raises(tf.errors.ShapeError, match=r"lesson\.pictures"):
        tf.lesson.pictures(images, labels)


def test_a_score_stands_beside_guessing(language: str) -> None:
    text = repr(tf.lesson.beside_guessing(253 / 297, 0.1))
    assert "0.85" in text
    assert "0.10" in text
    assert {"en": "guessing", "ja": "でたらめ"}[language] in text


def test_the_place_is_one_line_and_a_count(language: str) -> None:
    lines = repr(tf.lesson.place()).splitlines()
    assert len(lines) == 3
    assert lines[-1].endswith(str(tf.memory().num_tensors))


def test_the_first_cell_of_a_notebook_speaks_its_language_whatever_the_environment(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TFNB_LANG", "en")
    assert f'lang="{language}"' in tf.lesson.place(language)._repr_mimebundle_()["text/html"]
    assert read_lesson("01_core_concepts", language).cell("setup").text.endswith(f'place("{language}")')


def test_the_words_of_a_lesson_are_listed_with_their_whole_sentences(language: str) -> None:
    text = repr(tf.lesson.words(1))
    for entry in glossary():
        if entry.lesson == 1:
            assert entry.term.say() in text
            assert entry.sentence.say() in text
    assert {"en": "テンソル", "ja": "けいじょう"}[language] in text
    assert "(てんそる" not in text  # katakana is its own reading


def test_a_lesson_without_words_is_refused() -> None:
    with pytest.raises(tf.errors.ArgumentError, match="no lesson 99"):
        tf.lesson.words(99)


def test_glossary_rows_are_whole_and_unique(root: Path) -> None:
    with (root / "tfnb" / "lesson" / "glossary.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for column in ("id", "en", "ja"):
        assert len({row[column] for row in rows}) == len(rows)
    assert all(value for row in rows for key, value in row.items() if key != "also_ja")
    assert all(set(row["reading"]) <= set(map(chr, range(0x3041, 0x30FD))) for row in rows)
