"""Units sent through a network of arcs with limited room: as many as pass, as cheaply as possible."""

import heapq
from collections import deque

ENDLESS = 10**9


class Network:
    """Nodes joined by arcs; every arc has a reverse one whose room is what was sent along it.

    Costs are small whole numbers. As long as only cheapest paths are sent along, no cycle is worth its while, so
    the next cheapest path is found without looking twice at what was decided.
    """

    def __init__(self) -> None:
        self._from: list[list[int]] = []
        self._heads: list[int] = []
        self._room: list[int] = []
        self._costs: list[int] = []
        self._levels: list[int] = []

    def node(self) -> int:
        """Add a node."""
        self._from.append([])
        return len(self._from) - 1

    def arc(self, tail: int, head: int, room: int, cost: int = 0) -> int:
        """Add an arc; its reverse is the number after it."""
        number = len(self._heads)
        self._from[tail].append(number)
        self._from[head].append(number + 1)
        self._heads += (head, tail)
        self._room += (room, 0)
        self._costs += (cost, -cost)
        return number

    def ends(self, arc: int) -> tuple[int, int]:
        """Return where an arc begins and where it leads."""
        return self._heads[arc ^ 1], self._heads[arc]

    def room(self, arc: int) -> int:
        """Return how many more units pass an arc."""
        return self._room[arc]

    def sent(self, arc: int) -> int:
        """Return how many units of an arc may still be taken back."""
        return self._room[arc ^ 1]

    def set_room(self, arc: int, room: int) -> None:
        """Let so many more units pass an arc."""
        self._room[arc] = room

    def keep_one(self, arc: int) -> None:
        """Let one unit that was sent along an arc never be taken back."""
        self._room[arc ^ 1] -= 1

    def send(self, path: list[int], most: int = ENDLESS) -> int:
        """Send what the narrowest arc of a path lets pass, at most so many; return how many."""
        units = min(most, *(self._room[arc] for arc in path)) if path else 0
        for arc in path:
            self._room[arc] -= units
            self._room[arc ^ 1] += units
        return units

    def cost(self, path: list[int]) -> int:
        """Return what one unit costs along a path."""
        return sum(self._costs[arc] for arc in path)

    def any_path(self, start: int, goal: int) -> list[int] | None:
        """Return a path with room, whatever it costs."""
        return self._deep_path(start, goal, step=1)

    def straight_path(self, start: int, goal: int) -> list[int] | None:
        """Return a path with room that takes nothing back."""
        return self._deep_path(start, goal, step=2)

    def cheapest_path(self, start: int, goal: int) -> list[int] | None:
        """Return a path with room than which none is cheaper."""
        known, came_by = {start: 0}, {start: -1}
        queue, queued = deque([start]), {start}
        while queue:
            node = queue.popleft()
            queued.discard(node)
            for arc in self._from[node]:
                if self._room[arc] <= 0:
                    continue
                head, cost = self._heads[arc], known[node] + self._costs[arc]
                if cost < known.get(head, ENDLESS):
                    known[head], came_by[head] = cost, arc
                    if head not in queued:
                        queued.add(head)
                        queue.append(head)
        return self._walked(came_by, goal) if goal in known else None

    def level(self) -> None:
        """Give the nodes levels against which no arc with room is cheap, for `path_within`; no cycle may pay."""
        self._levels = [0] * len(self._from)
        queue = deque(range(len(self._from)))
        while queue:
            node = queue.popleft()
            for arc in self._from[node]:
                head, level = self._heads[arc], self._levels[node] + self._costs[arc]
                if self._room[arc] > 0 and level < self._levels[head]:
                    self._levels[head] = level
                    queue.append(head)

    def path_within(self, start: int, goal: int, most: int) -> list[int] | None:
        """Return a cheapest path if it costs no more than that; the levels then stand for the network it is sent along.

        Seen from the levels no arc costs less than nothing, so who is nearest is done with, and the search ends early.
        """
        # Names of their own are quicker to look up, and most of an allocation's time is spent here.
        room, heads, costs, levels = self._room, self._heads, self._costs, self._levels
        limit = most + levels[start] - levels[goal]
        known, came_by, done = {start: 0}, {start: -1}, dict[int, int]()
        nearest = [(0, start)]
        while nearest:
            far, node = heapq.heappop(nearest)
            if node in done:
                continue
            if node == goal:
                for other, distance in done.items():
                    levels[other] -= far - distance
                return self._walked(came_by, goal)
            done[node] = far
            base = far + levels[node]
            for arc in self._from[node]:
                if room[arc] > 0:
                    head = heads[arc]
                    cost = base + costs[arc] - levels[head]
                    if cost <= limit and cost < known.get(head, ENDLESS):
                        known[head], came_by[head] = cost, arc
                        heapq.heappush(nearest, (cost, head))
        return None

    def _deep_path(self, start: int, goal: int, *, step: int) -> list[int] | None:
        came_by: dict[int, int] = {start: -1}
        stack = [start]
        while stack:
            node = stack.pop()
            if node == goal:
                return self._walked(came_by, goal)
            for arc in self._from[node]:
                head = self._heads[arc]
                if self._room[arc] > 0 and head not in came_by and arc % step == 0:
                    came_by[head] = arc
                    stack.append(head)
        return None

    def _walked(self, came_by: dict[int, int], goal: int) -> list[int]:
        path = []
        while (arc := came_by[goal]) >= 0:
            path.append(arc)
            goal = self._heads[arc ^ 1]
        return path[::-1]
