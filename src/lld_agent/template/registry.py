"""The templates that there are, by name."""

from dataclasses import dataclass

from lld_agent.template.kit import Document
from lld_agent.template.manifest import SlotInfo, manifest
from lld_agent.template.module import ModuleDesign
from lld_agent.template.service import ServiceDesign


@dataclass(frozen=True, slots=True)
class Template:
    """A template.

    Attributes:
        name: as people give it on the command line.
        title: one line of what it is for.
        model: the class of its documents.
    """

    name: str
    title: str
    model: type[Document]

    @property
    def manifest(self) -> tuple[SlotInfo, ...]:
        """Its slots, in the order of the document."""
        return manifest(self.model)


TEMPLATES: dict[str, Template] = {
    template.name: template
    for template in (
        Template("service", "Low-level design of a service, in fifteen sections", ServiceDesign),
        Template("module", "Low-level design of a module, in thirteen sections", ModuleDesign),
    )
}
