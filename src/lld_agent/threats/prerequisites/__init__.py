"""The prerequisites of the templates: does the situation exist, and which line shows it?

One function per template: facts in, the ground or None out. They know no row and no control.
"""

from collections.abc import Callable, Mapping

from lld_agent.model.threats import Ground
from lld_agent.threats.facts import Facts
from lld_agent.threats.prerequisites import access, data, deployment, inputs, models

Prerequisite = Callable[[Facts], Ground | None]

PREREQUISITES: Mapping[str, Prerequisite] = {
    "T01": access.credentials,
    "T02": access.peer_spoofing,
    "T03": inputs.injection,
    "T04": data.tampering,
    "T05": data.interception,
    "T06": data.repudiation,
    "T07": access.object_access,
    "T08": access.property_access,
    "T09": access.exhaustion,
    "T10": access.function_access,
    "T11": access.business_abuse,
    "T12": inputs.ssrf,
    "T13": data.secret_exposure,
    "T14": data.personal_data,
    "T15": inputs.untrusted_upstream,
    "T16": inputs.malicious_file,
    "T17": inputs.message_forgery,
    "T18": data.cache_abuse,
    "T19": data.tenant_escape,
    "T20": deployment.inventory,
    "T21": deployment.misconfiguration,
    "L01": models.prompt_injection,
    "L02": models.prompt_leak,
    "L03": models.model_supply,
    "L05": models.output_handling,
    "L06": models.agency,
    "L08": models.vector_leak,
    "L09": models.unbounded_use,
}
"""Template id → the function that decides its prerequisite. A test holds it against the templates."""
