"""What the lessons need beside the library: data, pictures of it, checked exercises, the words.

    tf.lesson.place("ja")              the notebook's language, where it computes, how many tensors are alive
    tf.lesson.digits()                 1,797 handwritten digits as plain lists
    tf.lesson.pictures(images)         small grey pictures beside each other
    tf.lesson.check("shape", answer)   not tried, not yet (and why), or right
    tf.lesson.beside_guessing(0.85, 0.1)
    tf.lesson.weather()                windows of 80 days of weather, as tensors; `days` shows some as they were noted
    tf.lesson.valley(weights, losses)  a loss for each weight, as a curve
    tf.lesson.confusion(said, was)     what a model answered beside what was right; `accuracy` is the share of it
    tf.lesson.words(1)                 the words of lesson 1

Texts exist in English and Japanese; `tf.lesson.place` or `tf.set_language` chooses. Nothing here reaches behind the
public names of tfnb.
"""

from tfnb.lesson.check import check
from tfnb.lesson.confusion import accuracy, confusion
from tfnb.lesson.datasets import Digits, digits
from tfnb.lesson.pictures import pictures
from tfnb.lesson.place import place
from tfnb.lesson.score import beside_guessing
from tfnb.lesson.valley import valley
from tfnb.lesson.weather import Weather, days, last_day_rule, weather
from tfnb.lesson.words import words

__all__ = [
    "Digits",
    "Weather",
    "accuracy",
    "beside_guessing",
    "check",
    "confusion",
    "days",
    "digits",
    "last_day_rule",
    "pictures",
    "place",
    "valley",
    "weather",
    "words",
]
