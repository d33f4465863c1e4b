"""Options that the commands of `lld-agent eval` share."""

from pathlib import Path
from typing import Annotated

import typer

GOLDEN = Path("evals/golden")
VERDICTS = Path("evals/verdicts")

GoldenFolder = Annotated[
    Path, typer.Option("--golden", help="Folder with a folder per golden document.")
]
Frozen = Annotated[
    bool, typer.Option("--frozen", help="Also the documents kept away from development.")
]
Verdicts = Annotated[Path, typer.Option("--verdicts", help="Folder of findings that were judged.")]
