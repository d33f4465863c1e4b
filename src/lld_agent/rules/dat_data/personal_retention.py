"""DAT015."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.lexicon import is_none
from lld_agent.language.personal import personal_columns
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.rows import ReadRow
from lld_agent.model.vocabulary import LifecycleStage
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.dat_data import keys
from lld_agent.rules.wording import listed

_FOREVER = re.compile(
    r"indefinite\w*|forever|permanent\w*|unlimited|never(?: deleted)?|no (?:limit|expiry)|infinite"
    r"|unbegrenzt|unbefristet|dauerhaft|für immer|indefinid\w*|para siempre|para sempre|永久",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"purg|delet|remov|eras|anonymi|destroy|expir|end of life|dispos"
    r"|gelöscht|löschung|entfernt|vernichtet|elimin|borra|exclu[ií]|apaga|删除|清除|匿名",
    re.IGNORECASE,
)


class PersonalRetention(Rule):
    """Personal data has an end.

    ## What it checks
    Columns whose names say that they hold personal data, against the stages of the data lifecycle.

    ## Why
    Data that nobody deletes is kept against the law of most places, and is there to leak.

    ## Fires when
    The document has a lifecycle table, and a stage keeps data forever, or no stage deletes it.

    ## Incorrect
        | Active | PostgreSQL | Indefinite | ... |    and a table with `email`

    ## Correct
        | Active | PostgreSQL | While the account exists | Account closed |
        | Purged | Removed | 30 days after that | Nightly job |

    ## Known false positives
    A lifecycle that is only about other data.

    ## Sections read
    Column tables, lifecycle tables.

    ## Source
    GDPR, article 5(1)(e), storage limitation.
    """

    id: ClassVar[str] = "DAT015"
    name: ClassVar[str] = "pii-retention"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most one hit."""
        stages = [row for row in design.of(LifecycleStage) if row["retention"].present]
        personal = personal_columns(keys.tables(design), context.lexicons)
        if not stages or not personal:
            yield Skipped("needs columns with personal data and a lifecycle with retention")
            return
        forever = [row for row in stages if _FOREVER.search(row["retention"].text)]
        if forever:
            what = f"stage {listed(r['stage'].text for r in forever)} keeps data without end ({forever[0]['retention'].text})"
            places = forever
        elif not any(_ends(row) for row in stages):
            what, places = f"none of the {len(stages)} stages deletes data", stages[-1:]
        else:
            return
        names = listed(f"{entity.name}.{column['column'].text}" for entity, column in personal)
        yield Hit(
            message=f"{what}, and {names} hold{'' if len(personal) > 1 else 's'} personal data",
            places=(
                *(Place(row.span) for row in places),
                *(Place(column.span, "personal data") for _, column in personal[:3]),
            ),
            subject="lifecycle",
            object="personal data",
            hint="say after how long, or on what event, personal data is deleted",
        )


def _ends(row: ReadRow) -> bool:
    text = f"{row['stage'].text} {row['location'].text} {row['transition'].text}"
    kept = row["retention"].text
    return bool(_ENDS.search(text) or _ENDS.search(kept)) and not (
        is_none(text) or not text.strip()
    )
