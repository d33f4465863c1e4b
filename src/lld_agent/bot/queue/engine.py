"""DBOS, and the little that the queue asks of it. Imported only where jobs are run or handed out.

Pitfalls that were measured, and what is done about them: docs/adr.
"""

import logging
from collections.abc import Sequence
from typing import Any

from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer, EnqueueOptions, error

from lld_agent.bot.queue.places import Place, prepare_file

VERSION = "1"
"""Of the jobs' steps. DBOS would take a hash of the source: each edit would strand open jobs."""
APPLICATION = "lld-agent-bot"
PULLS = "pulls"
DOCUMENTS = "documents"
_OVER = ("SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")


def configured(place: Place, worker: str) -> DBOSConfig:
    """Return the configuration of a worker."""
    return {
        "name": APPLICATION,
        "system_database_url": place.engine,
        "application_version": VERSION,
        "executor_id": worker,
        "serializer": DBOSPortableJSONSerializer(),
        "log_level": "WARNING",
        "enable_otlp": False,
    }


def launch(place: Place, worker: str, jobs: int, queues: Sequence[str]) -> None:
    """Start DBOS in this process, from a thread without an event loop; it serves some queues.

    Then DBOS has a loop of its own for jobs, and leaves the threads of ours alone: it would
    replace the pool of a running loop and shut it down with itself.
    """
    prepare_file(place.engine)
    logging.getLogger("dbos").setLevel(logging.WARNING)
    DBOS(config=configured(place, worker))
    DBOS.listen_queues(list(queues))
    DBOS.launch()
    for queue in (PULLS, DOCUMENTS):
        DBOS.register_queue(
            queue,
            worker_concurrency=jobs,
            polling_interval_sec=0.2,
            on_conflict="always_update",
        )


class Jobs:
    """Hands jobs to the workers of a queue, and asks what became of them.

    Args:
        place: a queue that a worker has been started on once.
    """

    def __init__(self, place: Place) -> None:
        self._client = DBOSClient(
            system_database_url=place.engine,
            serializer=DBOSPortableJSONSerializer(),
            application_name=APPLICATION,
        )

    def hand_out(self, name: str, pull: str) -> bool:
        """Queue the job of a pull request; return False while another of it is queued or runs."""
        options: EnqueueOptions = {
            "workflow_name": "pull",
            "queue_name": PULLS,
            "workflow_id": name,
            "deduplication_id": pull,
            "app_version": VERSION,
        }
        try:
            self._client.enqueue(options, pull)
        except error.DBOSQueueDeduplicatedError:
            return False
        return True

    def hand_out_document(self, name: str, asked: dict[str, Any]) -> None:
        """Queue the review of a document; a job of that name that is there stays as it is."""
        options: EnqueueOptions = {
            "workflow_name": "document",
            "queue_name": DOCUMENTS,
            "workflow_id": name,
            "app_version": VERSION,
        }
        self._client.enqueue(options, asked)

    def known(self, prefix: str) -> dict[str, bool]:
        """Return the jobs whose names begin so, and whether each is over."""
        found = self._client.list_workflows(
            workflow_id_prefix=prefix, load_input=False, load_output=False
        )
        return {one.workflow_id: one.status in _OVER for one in found}

    def answers(self, jobs: list[str]) -> dict[str, Any]:
        """Return what came of those of some jobs that are over; None for one that broke."""
        found = self._client.list_workflows(workflow_ids=jobs, status=list(_OVER), load_input=False)
        return {one.workflow_id: one.output for one in found}

    def of_worker(self, worker: str) -> dict[str, list[str]]:
        """Return the jobs that a worker has begun and not ended, by queue."""
        found: dict[str, list[str]] = {}
        for one in self._client.list_workflows(
            status="PENDING", executor_id=worker, load_input=False, load_output=False
        ):
            found.setdefault(one.queue_name or PULLS, []).append(one.workflow_id)
        return found

    def resume(self, queue: str, jobs: list[str]) -> None:
        """Put jobs of a dead worker back into their queue; steps that are done stay done."""
        self._client.resume_workflows(jobs, queue_name=queue)

    def cancel(self, job: str) -> None:
        """Give a job up."""
        self._client.cancel_workflow(job)

    def over(self, jobs: list[str]) -> list[str]:
        """Return which of some jobs are over, or were never there."""
        found = {
            one.workflow_id: one.status
            for one in self._client.list_workflows(
                workflow_ids=jobs, load_input=False, load_output=False
            )
        }
        return [job for job in jobs if found.get(job, "SUCCESS") in _OVER]

    def purge(self, before: str, limit: int = 500) -> int:
        """Forget jobs that were over before a time (ISO 8601); return how many."""
        old = [
            one.workflow_id
            for one in self._client.list_workflows(
                status=list(_OVER),
                completed_before=before,
                limit=limit,
                load_input=False,
                load_output=False,
            )
        ]
        if old:
            self._client.delete_workflows(old)
        return len(old)

    def close(self) -> None:
        """Let the connections go."""
        self._client.destroy()
