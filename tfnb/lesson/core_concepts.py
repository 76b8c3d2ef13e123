"""The exercises of lesson 1, each with the ideas that lead to its wrong answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from tfnb.lesson.bilingual import Both
from tfnb.lesson.exercise import (
    Exercise, Letter, Numbers, Plain, Wrong, is_letter, is_value, wanted_but_given,
)  # fmt: skip
from tfnb.lesson.given import Given, Kind

_TABLE: Final = [[1, 2, 3], [10, 20, 30]]
_DOUBLED: Final = [[2, 4, 6], [20, 40, 60]]

SHAPE: Final = Exercise(
    "shape", 1, 1, Plain([4, 3]),
    wrong=(
        Wrong("columns first", "[3, 4]", is_value([3, 4]), Both(
            "The two numbers are right, their order is not. [3, 4] would be 3 rows of 4. Columns do not come first: "
            "how many inner pairs of brackets does the list have?",
            "2 つの数は合っていますが、順番が逆です。[3, 4] なら 3 行 4 列です。列が先ではありません。"
            "内側のかっこは何組ありますか？")),
        Wrong("counting all boxes", "[12]", is_value([12], 12), Both(
            "You counted all numbers together. A shape keeps the directions apart: one number for the rows, one for "
            "what stands in a row.",
            "数の個数を全部数えましたね。形状では、向きごとに分けて書きます。行の数と、1 行の中の数です。")),
        Wrong("counting brackets", "[5]", is_value([5], 5, [2], 2, [1, 4], [5, 3]), Both(
            "It looks as if you counted brackets. The outer pair only holds the list together. Count the inner pairs, "
            "then the numbers inside one of them.",
            "かっこを数えたようです。外側のかっこは、全体をまとめているだけです。"
            "内側のかっこの組を数え、次に 1 組の中の数を数えてください。")),
    ),
    praise=Both(
        "Four rows, one for each day, and three numbers in each.", "1 日が 1 行で 4 行、どの行にも数が 3 つあります。"
    ),
    look=Both(
        "Count the rows first, then the numbers in one row.", "まず行を数え、次に 1 行の中の数を数えてください。"
    ),
)  # fmt: skip

DOUBLED: Final = Exercise(
    "doubled", 1, 2, Numbers(_DOUBLED),
    wrong=(
        Wrong("changing the table", "table = doubled = tf.add(table, table)",
              lambda given, *context: bool(context) and not context[0].equals(_TABLE), Both(
            "`table` has other numbers than at the start: its name now belongs to a new tensor. Run the cell that makes "
            "`table` again, and give the new tensor the name `doubled` only.",
            "`table` の数が、最初と違います。名前が新しいテンソルに移りました。`table` を作るセルをもう一度実行し、"
            "新しいテンソルには `doubled` という名前だけを付けてください。")),
        Wrong("adding two", "tf.add(table, 2)", is_value([[3, 4, 5], [12, 22, 32]]), Both(
            "Every number grew by 2. Twice as large is something else: 10 would become 20, not 12. What must be added "
            "to 10 for that, and what to 30?",
            "どの数も 2 だけ増えています。2 倍とは違います。10 は 12 ではなく 20 になるはずです。"
            "10 には何を足せばよいでしょうか？30 にはどうでしょうか？")),
        Wrong("the table itself", "table", is_value(_TABLE), Both(
            "This is `table` with a second name; nothing was computed. Which op makes a new tensor of it?",
            "これは `table` に別の名前を付けただけで、計算はしていません。新しいテンソルを作る演算はどれですか？")),
        Wrong("a list repeated", "[1, 2, 3, 10, 20, 30] * 2",
              lambda given, *context: given.kind is Kind.LIST, Both(
            "This is a list, and Python's `*` writes a list twice; it does not compute with its numbers. "
            "Ask a tensor's op instead.",
            "これはリストです。Python の `*` は、リストを 2 回並べるだけで、中の数を計算しません。"
            "テンソルの演算を使ってください。")),
        Wrong("flat", "tf.tensor([2, 4, 6, 20, 40, 60])", is_value([2, 4, 6, 20, 40, 60]), Both(
            "The numbers are right, in one row of 6. `table` has the shape [2, 3]; an op on `table` keeps it.",
            "数は合っていますが、6 個が 1 列に並んでいます。`table` の形状は [2, 3] です。"
            "`table` に演算を使えば、形状はそのまま残ります。")),
    ),
    praise=Both(
        "A new tensor, and `table` is what it was.", "新しいテンソルができて、`table` は元のままです。"
    ),
    look=Both(
        "Start from `table`, and look at the op of section 1.", "`table` から始めて、1 節の演算を見直してください。"
    ),
)  # fmt: skip

SEVENS: Final = Exercise(
    "sevens", 1, 3, Numbers([7, 7, 7, 7, 7]),
    wrong=(
        Wrong("a variable grows and shrinks", "tf.tensor1d([7, 7, 7])",
              lambda given, *context: given.kind is Kind.TENSOR and len(given.shape) == 1 and given.shape != (5,), Both(
            "A variable does not grow or shrink to fit: its shape stays for life. How many places has `biases`?",
            "変数は、入れるものに合わせて伸び縮みしません。形状はずっと同じです。"
            "`biases` には、いくつの場所がありますか？")),
        Wrong("one number fills all", "tf.scalar(7)", is_value(7), Both(
            "One 7 does not spread over five places here: `assign` wants one number for each place.",
            "7 が 1 つだけでは、5 つの場所に広がりません。`assign` には、場所ごとに数が必要です。")),
        Wrong("the count is enough", "tf.tensor2d([[7, 7, 7, 7, 7]])", is_value([[7] * 5], [[7]] * 5), Both(
            "Five numbers, but in a table with rows and columns. `biases` has one direction only. "
            "The same count is not the same shape.",
            "数は 5 つですが、行と列のある表になっています。`biases` の向きは 1 つだけです。"
            "個数が同じでも、同じ形状とは限りません。")),
        Wrong("a list", "[7, 7, 7, 7, 7]", lambda given, *context: given.kind is Kind.LIST, Both(
            "This is still a list. A tensor is made of it by one of the functions of section 2.",
            "まだリストのままです。2 節に出てきた関数で、リストからテンソルを作ってください。")),
    ),
    praise=Both(
        "It fits: `biases.assign(sevens)` would take it.", "ぴったりです。`biases.assign(sevens)` で代入できます。"
    ),
    look=Both("Compare with `biases.shape`.", "`biases.shape` と比べてください。"),
)  # fmt: skip

AFTER_ADD: Final = Exercise(
    "after_add", 1, 4, Plain([[1, 2], [3, 4]]),
    wrong=(
        Wrong("ops change their input", "[[6, 8], [10, 12]]", is_value([[6, 8], [10, 12]]), Both(
            "That is the sum. It would stand in `e` if ops changed what goes in. Think of `table` in section 2: did an op "
            "ever write into it?",
            "それは足した結果です。演算が元のテンソルを変えるなら、`e` はそうなります。"
            "2 節の `table` を思い出してください。演算で中身が変わりましたか？")),
        Wrong("the other operand", "[[5, 6], [7, 8]]", is_value([[5, 6], [7, 8]]), Both(
            "Those are the numbers of `f`. Nothing put them into `e`. From what was `e` made?",
            "それは `f` の数です。`e` に入れた行はありません。`e` は何から作りましたか？")),
        Wrong("squared as well", "[[36, 64], [100, 144]]", is_value([[36, 64], [100, 144]]), Both(
            "That is the longer chain of the last prediction. Here there is only `e.add(f)`, and its result has no name.",
            "それは、さきほどの予想に出た長い式の結果です。ここにあるのは `e.add(f)` だけで、結果に名前はありません。")),
    ),
    praise=Both(
        "`e` is untouched. The sum was a new tensor that nobody named.",
        "`e` は変わりません。足した結果は、名前のない新しいテンソルでした。",
    ),
    look=Both("Look at the line that made `e`.", "`e` を作った行を見てください。"),
)  # fmt: skip

PARAMETERS: Final = Exercise(
    "parameters", 1, 5, Plain(13),
    wrong=(
        Wrong("squaring the product", "37", is_value(37), Both(
            "You multiplied 3 by 2 first and squared the 6. In 3x² only the x is squared: look at `x.square()` in `formula`.",
            "先に 3 と 2 を掛けて、6 を 2 乗しましたね。3x² で 2 乗するのは x だけです。"
            "`formula` の中の `x.square()` を見てください。")),
        Wrong("no square", "7", is_value(7), Both(
            "3 times 2 and 1 make 7: the square is missing. What is 2²?",
            "3 × 2 と 1 を足すと 7 です。2 乗を忘れています。2² はいくつですか？")),
        Wrong("old parameters", "24", is_value(24), Both(
            "24 belongs to the old parameters. The function looks up `a`, `b` and `c` when it runs, not when it is written.",
            "24 は、前のパラメータの答えです。関数が `a`、`b`、`c` を調べるのは、書いたときではなく実行するときです。")),
        Wrong("input and output mixed", "3 * 24 * 24 + 1", is_value(3 * 24 * 24 + 1, 3 * 24 + 1), Both(
            "You put the old answer, 24, in place of x. The input is 2 here: `predict(2)`.",
            "x のところに、前の答えの 24 を入れましたね。ここでの入力は 2 です。")),
    ),
    praise=Both(
        "3 × 4 + 0 × 2 + 1. The model changed although its code did not.",
        "3 × 4 + 0 × 2 + 1 です。コードは同じでも、モデルは変わりました。",
    ),
    look=Both("Write 2 in place of every x.", "すべての x を 2 に置き換えてください。"),
)  # fmt: skip

TIDY: Final = Exercise(
    "tidy", 1, 6, Letter("C", "ABCDE"),
    wrong=(
        Wrong("frees the result", '"A"', is_letter("A"), Both(
            "If the result went too, `result.print()` could not have shown 3.5 above. What the function returns is exempt.",
            "結果も解放されるなら、さきほど `result.print()` は 3.5 を表示できなかったはずです。"
            "関数が返すものは、解放されません。")),
        Wrong("frees variables", '"B"', is_letter("B"), Both(
            "The function reads `biases`; it did not make it. A tidy frees what was made inside, and no variable at all. "
            "Print `biases` and see.",
            "関数は `biases` を読んだだけで、作っていません。tidy が解放するのは中で作られたもので、変数は解放しません。"
            "`biases` を表示して確かめてください。")),
        Wrong("runs in another thread", '"D"', is_letter("D"), Both(
            "There is no other thread. `tidy` calls the function here and now, on this line, and you wait for it, as with "
            "any call. The name means clearing up, not sending away.",
            "別のスレッドはありません。`tidy` は、ふつうの呼び出しと同じように、この行で関数を実行します。"
            "終わるまで、次の行には進みません。tidy は「片付ける」という意味で、よそへ送ることではありません。")),
        Wrong("only matters with a GPU", '"E"', is_letter("E"), Both(
            "The counters count the same everywhere. Tensors take memory in any computer, and tidy frees it in any.",
            "数え方は、どの環境でも同じです。テンソルはどこでもメモリを使い、tidy はどこでもそれを解放します。")),
    ),
    praise=Both(
        "Called here and now, cleared up afterwards, the result kept.", "その場で呼び出し、後で片付け、結果だけを残します。"
    ),
    look=Both(
        "Read the five sentences again, and try the first hint.", "5 つの文を読み直し、ヒント 1 を試してください。"
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Observed:
    """What came of `tf.tidy(function)`: the total, the tensors that it left besides, and whether it stopped."""

    total: Given | None
    left: int
    used_after_dispose: bool


def _run_in_tidy(given: Given) -> Given:
    """Run the reader's function as the exercise says, and note what it leaves."""
    import tfnb as tf
    from tfnb.lesson.given import look_at

    if given.kind is not Kind.FUNCTION:
        return given
    before = tf.memory().num_tensors
    try:
        result = tf.tidy(given.values)
    except tf.errors.DisposedError:
        return replace(given, values=Observed(None, tf.memory().num_tensors - before, True))
    total = look_at(result)
    tf.dispose(result)
    return replace(given, values=Observed(total, tf.memory().num_tensors - before, False))


def _observed(given: Given) -> Observed | None:
    return given.values if isinstance(given.values, Observed) else None


def _total_is_right(given: Given) -> bool:
    seen = _observed(given)
    return seen is not None and seen.total is not None and seen.total.equals([1, 1])


class _NothingLeft:
    """A function whose total comes back and whose variable does not stay."""

    def problem(self, given: Given) -> Both | None:
        seen = _observed(given)
        if seen is not None and _total_is_right(given) and seen.left == 0:
            return None
        wanted = Both("a function that gives a tensor of shape [2]", "形状 [2] のテンソルを返す関数")
        if seen is None or seen.total is None:
            return wanted_but_given(wanted, given.words())
        back = seen.total.words()
        return wanted_but_given(wanted, Both(f"a function that gives {back.en}", f"{back.ja}を返す関数"))


VARIABLE: Final = Exercise(
    "variable", 1, 7, _NothingLeft(),
    wrong=(
        Wrong("disposed before use", "    counter.dispose(); total = counter.add(1)",
              lambda given, *context: (seen := _observed(given)) is not None and seen.used_after_dispose, Both(
            "The variable was gone before `add` could read it. Which line must come first?",
            "`add` が読む前に、変数がなくなりました。先に来るのは、どの行ですか？")),
        Wrong("disposed of the result", "    counter.dispose(); total.dispose()",
              lambda given, *context: (seen := _observed(given)) is not None and seen.total is not None
              and seen.total.kind is Kind.DISPOSED, Both(
            "The total came back empty: it was disposed of as well. Which of the two does nobody need any more?",
            "合計も破棄されたので、空で戻ってきました。もう必要ないのは、2 つのうちどちらですか？")),
        Wrong("emptied, or its name deleted", "    del counter",
              lambda given, *context: _total_is_right(given) and (seen := _observed(given)) is not None and seen.left > 0,
              Both(
            "The total is right, but one more tensor stays each time: the variable. A lost name or other numbers "
            "do not end it. Section 6 has a method that does.",
            "合計は合っていますが、実行のたびに 1 つ残ります。変数です。名前を消しても、別の数を入れても、"
            "変数はなくなりません。6 節に、なくすメソッドがあります。")),
    ),
    praise=Both(
        "Nothing stays but the total: you ended the variable yourself.",
        "合計のほかには何も残りません。変数を自分で破棄できました。",
    ),
    look=Both(
        "Keep the lines that were there, and change only the one with the question mark.",
        "元の行はそのままにして、`?` のある行だけを書き換えてください。",
    ),
    observe=_run_in_tidy,
)  # fmt: skip

ALWAYS_FOUR: Final = Exercise(
    "always_four", 1, 8, Plain(33 / 297),
    wrong=(
        Wrong("a count", "33", is_value(33), Both(
            "33 is how many are right. Accuracy is a share: of how many?",
            "33 は、正しい枚数です。正解率は割合です。何枚のうちの 33 枚ですか？")),
        Wrong("all pictures", "181 / 1797", is_value(181 / 1797, 181), Both(
            "You looked at all 1,797 pictures. Only the 297 that waited may judge a rule, so that every rule meets the "
            "same ones: start at number 1500.",
            "1,797 枚全部を調べましたね。どのやり方も同じ画像で比べるため、取っておいた 297 枚だけを使います。"
            "1500 番から始めてください。")),
        Wrong("the pictures of the means", "148 / 1500", is_value(148 / 1500, 148), Both(
            "Those are the 1,500 pictures that made the means. Judge on the 297 that waited: from number 1500.",
            "それは、平均を作った 1,500 枚の割合です。取っておいた 297 枚で計算してください。1500 番からです。")),
        Wrong("one in ten", "1 / 10", is_value(0.1), Both(
            "One in ten would hold if every digit came equally often. Count the fours among the 297.",
            "どの数字も同じ回数なら、10 回に 1 回です。297 枚の中にある 4 を、実際に数えてください。")),
        Wrong("how often it is wrong", "1 - 33 / 297", is_value(1 - 33 / 297), Both(
            "That is the share of wrong answers. Accuracy counts the right ones.",
            "それは、間違えた割合です。正解率は、正しく答えた割合です。")),
    ),
    praise=Both(
        "A dumb rule, about as good as guessing. The means have to be judged beside this.",
        "でたらめと同じくらいの、単純なやり方です。平均を使う方法は、これと比べて評価します。",
    ),
    look=Both(
        "Count the labels that are 4, then divide by the number of labels that you looked at.",
        "4 であるラベルを数え、調べたラベルの数で割ってください。",
    ),
)  # fmt: skip

EXERCISES: Final = (SHAPE, DOUBLED, SEVENS, AFTER_ADD, PARAMETERS, TIDY, VARIABLE, ALWAYS_FOUR)
