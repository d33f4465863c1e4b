"""What a document says about its own state; shared by STR003 and STR009."""

from lld_agent.model.design import Design

_APPROVED = frozenset(
    {"approved", "accepted", "final", "signed off", "released"}
    | {"freigegeben", "genehmigt", "aprobado", "aprovado", "已批准"}
)


def is_approved(design: Design) -> bool:
    """Return whether the status in the document's header is one that closes it."""
    status = design.header.get("status")
    return status is not None and status.text.strip(" .*_`").casefold() in _APPROVED
