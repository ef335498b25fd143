"""Names that users give, to classes, bookmarks and branches, and texts that strangers send."""

from __future__ import annotations

import unicodedata

LONGEST_NAME = 60
"""Characters of a branch's or a bookmark's name."""


def checked_words(text: str, longest: int) -> str:
    """A name as it will be shown: one line that can be seen. Raises ValueError with a sentence on one
    that cannot be, which ends in saying that nothing was changed.

    longest: characters there is room for.
    """
    name = unicodedata.normalize("NFC", text).strip()
    if not name:
        raise ValueError("It needs a name; nothing was changed.")
    if len(name) > longest:
        raise ValueError(
            f"That name has {len(name):,} characters; there is room for {longest}. Nothing was changed."
        )
    if not name.isprintable():
        raise ValueError("That name has characters that cannot be shown; nothing was changed.")
    return name


def shown(text: str, longest: int = 80) -> str:
    """A text from a stranger, fit for one line of a terminal or a window: printable, and not long."""
    cut = text if len(text) <= longest else f"{text[: longest - 1]}…"
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in cut)
