"""Values as people and spreadsheets write them, in the one form in which they are compared."""

import re
import unicodedata

_CUT = re.compile(r"\d+(\.\d+)?E\+?\d+", re.IGNORECASE)


def folded(text: str) -> str:
    """Full-width characters as plain ones, single spaces, no edges."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def document(text: str) -> str:
    """A document number: folded, in capitals, without spaces."""
    form = "".join(unicodedata.normalize("NFKC", text).upper().split())
    return form if form == text else document(form)


def phone(text: str) -> str:
    """A phone number: digits only, without leading pairs of zeros and without China's country code before a mobile number."""
    digits = "".join(str(int(character)) for character in unicodedata.normalize("NFKC", text) if character.isdecimal())
    while digits.startswith("00"):
        digits = digits[2:]
    return digits[2:] if len(digits) == 13 and digits.startswith("861") else digits


def is_cut(text: str) -> bool:
    """Whether a spreadsheet has cut a long number to `1.10108E+17`: its last digits are lost."""
    return _CUT.fullmatch(text.strip()) is not None
