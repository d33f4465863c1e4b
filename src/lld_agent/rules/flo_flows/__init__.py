"""Family FLO: do sequence diagrams handle what they start, and agree with the contract."""
