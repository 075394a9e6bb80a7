"""Papers on paper: a `Sheet` as PDF and as Word file, A4, in the form of Chinese official papers. Pure but for the font files that it reads."""

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
    "Heading",
    "Items",
    "LanguageUnknown",
    "LineTooLong",
    "NotPrintable",
    "Paragraph",
    "Sheet",
    "SheetIncomplete",
    "Table",
    "docx",
    "pdf",
]
