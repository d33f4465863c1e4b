"""Folders in the format of golden documents, made of the examples; small, and independent of evals/golden."""

import shutil
from pathlib import Path

import yaml

EXAMPLES = Path(__file__).parents[2] / "examples"
KINDS = {
    "parcel-lockers": ("service", "prd.md", "logistics"),
    "ticket-summaries": ("service", "prd.md", "support"),
    "webhook-relay": ("module", "rfc.md", "integration"),
}
REQUIREMENTS = {
    "parcel-lockers": [
        {
            "id": "R-01",
            "kind": "explicit",
            "quote": "Tell the recipient that a parcel is ready, by e-mail or SMS",
            "slots": ["overview.scope"],
            "evidence": [["recipient"], ["sms", "text message"]],
        },
        {
            "id": "R-02",
            "kind": "non_functional",
            "quote": "95% of reservation requests must be answered within 300 ms.",
            "slots": ["context.constraints", "performance"],
            "evidence": [["300 ms"]],
        },
        {
            "id": "R-03",
            "kind": "negative",
            "quote": "Route planning for couriers",
            "slots": ["overview.scope.out_of_scope"],
            "evidence": [["route planning"]],
        },
    ],
    "ticket-summaries": [],
    "webhook-relay": [
        {
            "id": "R-01",
            "kind": "explicit",
            "quote": "Payloads larger than 256 KB are refused with 413.",
            "slots": ["overview.rules", "api.endpoints"],
            "evidence": [["413"]],
        }
    ],
}


def make(folder: Path, slug: str, **meta: str) -> Path:
    """Write one stand-in and return its folder."""
    template, given, domain = KINDS[slug]
    target = folder / slug
    target.mkdir(parents=True)
    for name, to in ((given, given), ("design.md", "golden.md"), ("run.jsonl", "run.jsonl")):
        shutil.copy(EXAMPLES / slug / name, target / to)
    said = {
        "template": template,
        "domain": domain,
        "language": "en",
        "split": "development",
        "input": given,
        "author": "stand-in of the tests",
        "notes": "",
        **meta,
    }
    (target / "meta.yaml").write_text(yaml.safe_dump(said), encoding="utf-8")
    needed = REQUIREMENTS[slug] or [
        {
            "id": "R-01",
            "kind": "explicit",
            "quote": (EXAMPLES / slug / given)
            .read_text(encoding="utf-8")
            .split("\n")[0]
            .lstrip("# "),
            "slots": ["overview"],
            "evidence": [["summar"]],
        }
    ]
    text = yaml.safe_dump({"requirements": needed}, allow_unicode=True)
    (target / "requirements.yaml").write_text(text, encoding="utf-8")
    return target
