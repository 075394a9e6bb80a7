"""Papers on paper: a `Sheet` as PDF and as Word file, A4, in the form of Chinese official papers; labels and cards with their codes,
a roll-call that a code reader reads back.

Pure but for the font files that it reads.
"""

from epigrid.store.printing.cards import CardSheet, HandCard, card_pdf
from epigrid.store.printing.labels import LabelNotPrintable, LabelSheet, label_pdf, label_picture
from epigrid.store.printing.rolls import Roll, RollRow, roll_pdf, roll_pictures
from epigrid.store.printing.sheet import (
    Block,
    Heading,
    Items,
    LanguageUnknown,
    LineTooLong,
    NotPrintable,
    Paragraph,
    Sheet,
    SheetIncomplete,
    Table,
)
from epigrid.store.printing.typesetting import pdf
from epigrid.store.printing.word import docx

__all__ = [
    "Block",
    "CardSheet",
    "HandCard",
    "Heading",
    "Items",
    "LabelNotPrintable",
    "LabelSheet",
    "LanguageUnknown",
    "LineTooLong",
    "NotPrintable",
    "Paragraph",
    "Roll",
    "RollRow",
    "Sheet",
    "SheetIncomplete",
    "Table",
    "card_pdf",
    "docx",
    "label_pdf",
    "label_picture",
    "pdf",
    "roll_pdf",
    "roll_pictures",
]
