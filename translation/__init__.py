"""The catalogues of messages: found in the sources, translated in tfnb/locale, compiled for gettext and the widgets.

`python -m translation` brings everything up to date; `python -m translation --check` says what is missing. For
developers: Babel does the work, and nothing of this is in the wheel.
"""
