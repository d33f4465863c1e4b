"""What a person may say about a draft beside the brief itself."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DraftOptions:
    """Options of a draft.

    Attributes:
        template: service, module or auto.
        marks: "open" shows assumptions and questions in the Markdown, "all" requirements too.
        date, author, reviewers, status, version, related_hld, project: header fields; "" leaves
            them open. They come from options, configuration or git, never from a model.
        generator: name and version of the program, for the record.
    """

    template: str = "auto"
    marks: str = "open"
    date: str = ""
    author: str = ""
    reviewers: str = ""
    status: str = "Draft"
    version: str = ""
    related_hld: str = ""
    project: str = ""
    generator: str = "lld-agent"
