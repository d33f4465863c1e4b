"""One HTML file: documents beside their findings. No script but its own, no network."""

from lld_agent.report.html.page import html_report

__all__ = ["html_report"]
