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


def test_a_simple_rule_stands_between_the_model_and_guessing(language: str) -> None:
    lines = repr(tf.lesson.beside_guessing(0.7, 0.25, 0.61)).splitlines()
    shares = [line.split()[0] for line in lines if line[:1].isdigit()]
    assert shares == ["0.70", "0.61", "0.25"]


def test_days_are_shown_as_they_were_noted(language: str) -> None:
    text = repr(tf.lesson.days(tf.lesson.weather(), 2))
    assert "12.8" in text
    assert "2012/01/02" in text
    assert {"en": "winter", "ja": "冬"}[language] in text


def test_the_lowest_point_of_a_valley_is_named(language: str) -> None:
    before = tf.memory().num_tensors
    shown = tf.lesson.valley(range(4), [tf.scalar(9), 1, 0, 4])
    assert {"en": "loss of these is 0, at the weight 2", "ja": "損失は 0 で、重みは 2"}[language] in repr(shown)
    assert "<img" in shown._repr_mimebundle_()["text/html"]
    assert tf.memory().num_tensors <= before + 1


@pytest.mark.parametrize(("weights", "losses"), [([1, 2], [1]), ([], [])])
def test_a_valley_has_a_loss_for_each_weight(weights: list[int], losses: list[int]) -> None:
    with pytest.raises(tf.errors.ShapeError, match=r"lesson\.valley"):
        tf.lesson.valley(weights, losses)


def one_hot(classes: list[int]) -> list[list[float]]:
    return [[float(place == one) for place in range(4)] for one in classes]


def test_a_confusion_counts_what_was_taken_for_what(language: str) -> None:
    shown = tf.lesson.confusion(tf.tensor(one_hot([0, 0, 1, 3])), tf.tensor(one_hot([0, 1, 1, 2])))
    assert {"en": "2 of 4 are right", "ja": "4 のうち 2 が当たり"}[language] in repr(shown)
    rows = shown.figure.description
    assert {"en": "spring: 1, 1, 0, 0; summer: 0, 0, 0, 1", "ja": "春: 1, 1, 0, 0; 夏: 0, 0, 0, 1"}[language] in rows


def test_accuracy_is_the_share_of_hits() -> None:
    assert tf.lesson.accuracy(one_hot([0, 0, 1, 3]), one_hot([0, 1, 1, 2])) == 0.5


@pytest.mark.parametrize("shape", [[2, 3], [4], [3, 4]])
def test_predictions_and_labels_of_other_shapes_are_refused(shape: list[int]) -> None:
    with pytest.raises(tf.errors.ShapeError, match=r"lesson\.confusion"):
        tf.lesson.confusion(tf.zeros(shape), tf.zeros([2, 3]))


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
