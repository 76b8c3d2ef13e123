"""Every exercise of every lesson: as shipped not tried, each known wrong answer its own reply, the answer right."""

from __future__ import annotations

import pytest

import tfnb as tf
from teaching.reader import Reader, answer_name, solution
from teaching.source import Cell, Lesson, lesson_names, read_lesson
from tfnb.lesson.check import EXERCISES, Outcome
from tfnb.lesson.exercise import Exercise, replies

ALL = [
    (lesson, cell, EXERCISES[cell.name.removeprefix("answer_")])
    for lesson in (read_lesson(name, "en") for name in lesson_names())
    for cell in lesson.tagged("answer")
]
NAMES = [exercise.name for _, _, exercise in ALL]
WRONG = [(lesson, cell, exercise, wrong) for lesson, cell, exercise in ALL for wrong in exercise.wrong]


def reader_at(lesson: Lesson, cell: Cell) -> Reader:
    reader = Reader(lesson)
    reader.read_to(cell)
    return reader


@pytest.mark.parametrize(("lesson", "cell", "exercise"), ALL, ids=NAMES)
def test_as_shipped_it_is_not_tried(lesson: Lesson, cell: Cell, exercise: Exercise, language: str) -> None:
    reader = reader_at(lesson, cell)
    untouched = next(line for line in cell.text.splitlines() if '"?"' in line)
    assert reader.answer(cell, untouched).outcome is Outcome.NOT_TRIED


@pytest.mark.parametrize("folded_in", ["en", "ja"])
@pytest.mark.parametrize(("lesson", "cell", "exercise"), ALL, ids=NAMES)
def test_the_folded_answer_is_right(lesson: Lesson, cell: Cell, exercise: Exercise, folded_in: str) -> None:
    told = read_lesson(lesson.name, folded_in)
    reply = reader_at(lesson, cell).answer(cell, solution(told, cell))
    assert reply.outcome is Outcome.RIGHT, reply.text


def typed(cell: Cell, answer: str) -> str:
    """A wrong answer as a reader types it: a whole line as it is, a value behind the answer's name."""
    name = answer_name(cell)
    if answer.startswith(" "):
        return answer
    return f"{answer}; {name} = {answer.split(' = ')[0]}" if " = " in answer else f"{name} = {answer}"


@pytest.mark.parametrize(
    ("lesson", "cell", "exercise", "wrong"), WRONG, ids=[f"{e.name}: {w.idea}" for _, _, e, w in WRONG]
)
def test_a_known_wrong_answer_gets_its_own_reply(
    lesson: Lesson, cell: Cell, exercise: Exercise, wrong: object, language: str
) -> None:
    told = read_lesson(lesson.name, language)  # its first cell chooses the language
    reply = reader_at(told, cell).answer(cell, typed(cell, wrong.answer))  # type: ignore[attr-defined]
    assert reply.outcome is Outcome.NOT_YET
    assert reply.text == getattr(exercise.says(wrong.idea), language)  # type: ignore[attr-defined]


@pytest.mark.parametrize("exercise", [e for _, _, e in ALL], ids=NAMES)
def test_no_two_ideas_get_the_same_reply(exercise: Exercise) -> None:
    said = [exercise.says(wrong.idea) for wrong in exercise.wrong]
    assert len({both.en for both in said}) == len({both.ja for both in said}) == len(said)


@pytest.mark.parametrize("exercise", [e for _, _, e in ALL], ids=NAMES)
def test_every_reply_belongs_to_an_idea(exercise: Exercise) -> None:
    wanted = {"right", "look", *(wrong.idea for wrong in exercise.wrong)}
    assert set(replies(exercise.lesson)[exercise.name]) == wanted


# What nobody foresaw, of every kind; each names in both languages what came.
STRANGE = [
    (123456, "one number", "数 1 つ"),
    ([1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5], "a list of 7 numbers", "数が 7 個のリスト"),
    ([[1, 2], [3]], "differ in length", "そろっていない"),
    ({"a": 1}, "dict", "dict"),
    (None, "nothing (`None`)", "何もない値 (`None`)"),
]


@pytest.mark.parametrize(("answer", "english", "japanese"), STRANGE, ids=lambda value: str(value))
@pytest.mark.parametrize("exercise", [e for _, _, e in ALL if e.name not in ("doubled", "sevens")],
                         ids=[n for n in NAMES if n not in ("doubled", "sevens")])  # fmt: skip
def test_any_other_answer_gets_wanted_and_given(
    exercise: Exercise, answer: object, english: str, japanese: str, language: str
) -> None:
    reply = tf.lesson.check(exercise.name, answer)
    assert reply.outcome is Outcome.NOT_YET
    if answer == 123456 and exercise.name in ("parameters", "always_four", "windows", "confusion"):
        # The kind is right, so only the value is spoken of.
        assert {"en": "another one", "ja": "別の数"}[language] in reply.text
        return
    assert {"en": "Wanted: ", "ja": "必要なのは、"}[language] in reply.text
    assert {"en": english, "ja": japanese}[language] in reply.text


@pytest.mark.parametrize("name", ["doubled", "sevens"])
def test_a_tensor_of_another_shape_gets_both_shapes(name: str, language: str) -> None:
    reply = tf.lesson.check(name, tf.zeros([4, 4]))
    assert reply.outcome is Outcome.NOT_YET
    assert "`[4, 4]`" in reply.text
    assert {"doubled": "`[2, 3]`", "sevens": "`[5]`"}[name] in reply.text


@pytest.mark.parametrize(("name", "shape"), [("doubled", [2, 3]), ("sevens", [5])])
def test_the_right_shape_with_other_numbers_is_told_so(name: str, shape: list[int], english: None) -> None:
    text = tf.lesson.check(name, tf.ones(shape)).text
    assert text.startswith("The shape is right")
    assert "Wanted" not in text


def test_a_disposed_tensor_is_named_as_one(english: None) -> None:
    gone = tf.zeros([2, 3])
    gone.dispose()
    assert "disposed of" in tf.lesson.check("doubled", gone).text


@pytest.mark.parametrize("given", [(4, 3), [4.0, 3.0]])
def test_a_tuple_or_decimals_will_do(given: object) -> None:
    assert tf.lesson.check("shape", given).outcome is Outcome.RIGHT


@pytest.mark.parametrize("given", ["c", " C ", "C:", "C."])
def test_a_letter_may_be_small_or_have_a_colon(given: str) -> None:
    assert tf.lesson.check("tidy", given).outcome is Outcome.RIGHT


def test_a_function_that_fails_is_told_without_a_traceback(english: None) -> None:
    def count_up() -> object:
        return tf.zeros([2]).add(tf.zeros([3]))

    reply = tf.lesson.check("variable", count_up)
    assert reply.outcome is Outcome.NOT_YET
    assert "stopped with an error" in reply.text
    assert "Traceback" not in reply.text


def test_an_unknown_exercise_is_an_error_that_lists_them() -> None:
    with pytest.raises(tf.errors.ArgumentError, match="shape, doubled"):
        tf.lesson.check("shap", 1)


@pytest.mark.parametrize("answer", ["?", [4, 3], [3, 4], 5])
def test_a_check_leaves_no_tensor(answer: object) -> None:
    before = tf.memory().num_tensors
    tf.lesson.check("shape", answer)
    assert tf.memory().num_tensors == before


def test_a_reply_is_html_with_its_language_and_plain_text(language: str) -> None:
    bundle = tf.lesson.check("shape", [3, 4])._repr_mimebundle_()
    assert f'lang="{language}"' in bundle["text/html"]
    assert "aria-label=" in bundle["text/html"]
    assert tf.lesson.check("shape", [3, 4]).text.replace("`", "") in bundle["text/plain"]


@pytest.mark.parametrize("exercise", [e for _, _, e in ALL if e.name != "tidy"], ids=[n for n in NAMES if n != "tidy"])
def test_an_answer_in_quotes_is_told_so(exercise: Exercise, language: str) -> None:
    reply = tf.lesson.check(exercise.name, "counter.dispose()")
    assert reply.outcome is Outcome.NOT_YET
    assert {"en": "Delete the quotes", "ja": "引用符を消して"}[language] in reply.text


def test_an_untouched_answer_is_told_what_becomes_of_its_quotes(english: None) -> None:
    assert "quotes and all" in tf.lesson.check("shape", "?").text
    assert "between the quotes" in tf.lesson.check("tidy", "?").text


def leaking(ending: str) -> tuple[object, list[object]]:
    """The function of the exercise on the leak with a line in it, and the list that holds its variables."""
    names: dict[str, object] = {
        "tf": tf,
        "counters": [tf.variable(tf.zeros([2]))],
        "biases": tf.variable(tf.zeros([5])),
    }
    lines = ["counter = tf.variable(tf.zeros([2]))", "counters.append(counter)", "added = counter.add(1)", ending]
    exec("def count_up():\n" + "".join(f"    {line}\n" for line in [*lines, "return added"]), names)
    return names["count_up"], names["counters"]  # type: ignore[return-value]


@pytest.mark.parametrize("ending", ["biases.dispose()", "counters[0].dispose()"])
def test_the_end_of_another_tensor_mends_no_leak(ending: str, english: None) -> None:
    function, _counters = leaking(ending)
    reply = tf.lesson.check("variable", function)
    assert (reply.outcome, reply.text.split(",")[0]) == (Outcome.NOT_YET, "You ended another tensor")
    assert tf.lesson.check("variable", function).outcome is Outcome.NOT_YET  # its second run ends nothing more


def test_a_variable_that_python_frees_is_no_leak(english: None) -> None:
    function, _counters = leaking("counters.pop()")
    assert tf.lesson.check("variable", function).outcome is Outcome.RIGHT


def test_a_misspelt_name_is_named(english: None) -> None:
    function, _counters = leaking("count.dispose()")
    assert tf.lesson.check("variable", function).text == "There is no name `count` here. Look at its spelling."


def test_whatever_a_function_raises_is_told(english: None) -> None:
    function, _counters = leaking("1 / 0")
    assert "ZeroDivisionError: division by zero." in tf.lesson.check("variable", function).text
