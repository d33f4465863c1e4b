"""The assignment of least total cost: which row of one table is which row of another."""

from collections.abc import Sequence
from math import inf


def assign(scores: Sequence[Sequence[float]]) -> list[tuple[int, int]]:
    """Return the pairs (row, column) whose scores sum up to the most, by row.

    The Hungarian method with potentials and shortest augmenting paths, after R. Jonker and
    A. Volgenant, "A shortest augmenting path algorithm for dense and sparse linear assignment
    problems", Computing 38 (1987). O(n² m). scipy has one too, for 216 MB with numpy.

    Args:
        scores: a matrix; every row as long as the first.
    """
    if not scores or not scores[0]:
        return []
    if len(scores) > len(scores[0]):
        turned = [list(column) for column in zip(*scores, strict=True)]
        return sorted((row, column) for column, row in assign(turned))
    rows, columns = len(scores), len(scores[0])
    of_row, of_column = [0.0] * (rows + 1), [0.0] * (columns + 1)
    owner = [0] * (columns + 1)  # 1-based row of each column; column 0 is where a search begins
    for row in range(1, rows + 1):
        owner[0] = row
        column, back = _shortest(scores, of_row, of_column, owner)
        while column:
            owner[column] = owner[back[column]]
            column = back[column]
    return sorted((owner[at] - 1, at - 1) for at in range(1, columns + 1) if owner[at])


def _shortest(
    scores: Sequence[Sequence[float]],
    of_row: list[float],
    of_column: list[float],
    owner: list[int],
) -> tuple[int, list[int]]:
    """Return the free column that the shortest path from column 0 ends in, and the way back."""
    size = len(of_column)
    least, back, seen = [inf] * size, [0] * size, [False] * size
    at = 0
    while owner[at]:
        seen[at] = True
        row, step, nearest = owner[at], inf, 0
        for column in range(1, size):
            if seen[column]:
                continue
            reduced = -scores[row - 1][column - 1] - of_row[row] - of_column[column]
            if reduced < least[column]:
                least[column], back[column] = reduced, at
            if least[column] < step:
                step, nearest = least[column], column
        for column in range(size):
            if seen[column]:
                of_row[owner[column]] += step
                of_column[column] -= step
            else:
                least[column] -= step
        at = nearest
    return at, back
