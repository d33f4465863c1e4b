"""The threat engine: a data-flow model of a design, the threats it has to expect, what became of each.

`assess.assess` is the one way in. Pure: a design in, a `model.threats.ThreatReport` out.
"""
