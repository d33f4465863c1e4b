"""Logs: one JSON object per line, no secret in any."""

import io
import json
import logging

from lld_agent.bot.serve.logs import JsonLines
from lld_agent.model.redaction import redactor

TOKEN = "cnry-7f3a91d2c4-do-not-leak"


def lines(write):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines(redactor({"LLD_AGENT_WEBHOOK_SECRET": TOKEN})))
    logger = logging.getLogger("test.of.lines")
    logger.propagate = False
    logger.setLevel("INFO")
    logger.handlers[:] = [handler]
    write(logger)
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_record_is_one_line_whatever_it_holds():
    (line,) = lines(
        lambda log: log.info("a\nb", extra={"why": "c\nd", "ms": 1.5, "left": "", "more": ["x"]})
    )
    assert (line["event"], line["why"], line["ms"], line["level"]) == ("a\nb", "c\nd", 1.5, "info")
    assert "left" not in line
    assert line["more"] == "['x']"


def test_no_secret_in_a_message_a_field_or_a_trace():
    def write(log):
        log.info("key %s", TOKEN, extra={"why": f"with {TOKEN} in it", "key": "ghp_" + "a1" * 18})
        try:
            int(TOKEN)
        except ValueError:
            log.exception("broke")

    told, broke = lines(write)
    assert TOKEN not in json.dumps([told, broke])
    assert "ghp_" not in json.dumps(told)
    assert "ValueError" in broke["trace"]
