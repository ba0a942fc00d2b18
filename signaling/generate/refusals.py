"""The page of refusals: every way the service says no."""

from __future__ import annotations

from typing import Final

from signaling.generate.markdown import GENERATED, table
from video_advice.refusals import SENTENCES, Refusal

_PAGE: Final = """\
{generated}
# Refusals

When the service says no, nothing has changed. A request on the socket is answered by `refused`,
one over HTTP by a `Problem` with a status of 4xx or 5xx. Both carry the same two things:

- `code`, stable and part of the protocol. Programs read this one; it is never reused or renamed.
- `text`, a sentence for the person in the language of the page. It may be reworded at any time.

`detail` names a field at fault where there is one, never what somebody wrote.

{table}
"""


def page() -> str:
    """Return `refusals.md`: each code with its sentences."""
    rows = [(f"`{code}`", SENTENCES[code]["sv"], SENTENCES[code]["en"]) for code in Refusal]
    return _PAGE.format(generated=GENERATED, table=table(("Code", "Swedish", "English"), rows))
