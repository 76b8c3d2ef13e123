"""Extraction, update, compilation and checks of the catalogues."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

ROOT: Final = Path(__file__).resolve().parents[1]
LOCALE: Final = ROOT / "tfnb" / "locale"
LANGUAGES: Final = ("ja",)
WIDGETS: Final = ROOT / "js" / "src" / "shared" / "catalogue.json"
# Sentences that reach `_()` in a variable, so that no extraction finds them.
INDIRECT: Final = ROOT / "translation" / "indirect.py"
_KEYWORDS: Final = {"_": None}
_FIELD: Final = re.compile(r"\{(\w*)[^}]*\}")


def extract() -> Catalog:
    """All sentences of the Python package and of the widgets, with the files that say them."""
    catalogue = Catalog(
        project="tfnb", charset="utf-8", header_comment="# Messages of tfnb. Made by `python -m translation`."
    )
    found = []
    for file, _line, sentence, _comments, _context in extract_from_dir(
        str(ROOT / "tfnb"), [("**.py", "python")], {}, keywords=_KEYWORDS
    ):
        found.append((sentence, f"tfnb/{file}"))
    for _line, sentence, _comments, _context in extract_from_file("python", str(INDIRECT), keywords=_KEYWORDS):
        found.append((sentence, "translation/indirect.py"))
    found += [(sentence, "js/src") for sentence in widget_sentences()]
    for sentence, file in sorted(found, key=lambda pair: (pair[1], str(pair[0]))):
        if isinstance(sentence, str) and sentence:
            catalogue.add(sentence, locations=[(file, None)])  # type: ignore[list-item]
    return catalogue


def widget_sentences() -> list[str]:
    """The sentences of js/src, in order."""
    found = []
    for _file, _line, sentence, _comments, _context in extract_from_dir(
        str(ROOT / "js" / "src"), [("**.js", "javascript")], {}, keywords=_KEYWORDS
    ):
        if isinstance(sentence, str):
            found.append(sentence)
    return sorted(set(found))


def path_of(language: str) -> Path:
    """The .po file of a language."""
    return LOCALE / language / "LC_MESSAGES" / "tfnb.po"


def load(language: str) -> Catalog:
    """The translations as they are."""
    file = path_of(language)
    if not file.is_file():
        return Catalog(locale=language, project="tfnb", charset="utf-8")
    with file.open("rb") as stream:
        return read_po(stream, locale=language, charset="utf-8")


def update() -> None:
    """Bring every catalogue up to the sources, and compile it."""
    template = extract()
    for language in LANGUAGES:
        catalogue = load(language)
        # No guessing from similar sentences: a wrong translation is worse than none.
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        catalogue.header_comment = template.header_comment
        file = path_of(language)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(po_bytes(catalogue))
        file.with_suffix(".mo").write_bytes(mo_bytes(catalogue))
    WIDGETS.write_text(widget_json(), encoding="utf-8")


def po_bytes(catalogue: Catalog) -> bytes:
    """The .po file, without the dates that would change at every run."""
    stream = io.BytesIO()
    write_po(stream, catalogue, width=120, omit_header=True, sort_output=False)
    head = f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Language: {catalogue.locale}\\n"\n\n'
    return (head + stream.getvalue().decode("utf-8")).encode("utf-8")


def mo_bytes(catalogue: Catalog) -> bytes:
    """The compiled catalogue, likewise the same at every run."""
    plain = Catalog(locale=catalogue.locale, charset="utf-8")
    for message in catalogue:
        if message.id and message.string:
            plain.add(message.id, message.string)
    plain.mime_headers = [("Content-Type", "text/plain; charset=utf-8")]
    stream = io.BytesIO()
    write_mo(stream, plain)
    return stream.getvalue()


def widget_json() -> str:
    """The catalogue that the widgets' bundles carry."""
    wanted = widget_sentences()
    content = {
        language: {
            key: str(message.string) for key in wanted if (message := load(language).get(key)) and message.string
        }
        for language in LANGUAGES
    }
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def problems() -> list[str]:
    """What is missing or wrong, one line each."""
    found = []
    template = extract()
    wanted = {message.id for message in template if message.id}
    for language in LANGUAGES:
        catalogue = load(language)
        known = {message.id: message for message in catalogue if message.id}
        found += [f"{language}: not in the catalogue: {key!r}" for key in sorted(wanted - known.keys(), key=str)]
        found += [f"{language}: no longer said: {key!r}" for key in sorted(known.keys() - wanted, key=str)]
        for key in sorted(wanted & known.keys(), key=str):
            found += [f"{language}: {problem}: {key!r}" for problem in _wrong(known[key])]
        if _compiled(path_of(language).with_suffix(".mo").read_bytes()) != _compiled(mo_bytes(catalogue)):
            found.append(f"{language}: the compiled catalogue is older than tfnb.po")
    if WIDGETS.read_text(encoding="utf-8") != widget_json():
        found.append("js/src/shared/catalogue.json is older than tfnb.po")
    return found


def _compiled(content: bytes) -> dict[str, str]:
    """The sentences of a compiled catalogue; its header may differ by the tool that wrote it."""
    return {str(m.id): str(m.string) for m in read_mo(io.BytesIO(content)) if m.id}


def _wrong(message: Message) -> list[str]:
    """What is wrong with one translation."""
    if not message.string:
        return ["no translation"]
    said, wanted = str(message.string), str(message.id)
    wrong = []
    if sorted(_FIELD.findall(said)) != sorted(_FIELD.findall(wanted)):
        wrong.append("other fields in the translation")
    if message.fuzzy:
        wrong.append("fuzzy")
    return wrong
