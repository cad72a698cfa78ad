"""A small model of one activity's life, written without a look at the service: who stands where, who comes next."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

HOLDING = ("offered", "confirmed")
AGAIN = (None, "withdrawn", "expired")


@dataclass
class Model:
    """`people` are (country, sex) by number; `rules` are (kind, number, country) with one of a kind at most."""

    people: Sequence[tuple[str, str]]
    capacity: int
    selects: bool
    offers: bool
    cut_off: bool = False
    rules: dict[str, tuple[int, str]] = field(default_factory=dict)
    states: dict[int, str] = field(default_factory=dict)
    line: list[int] = field(default_factory=list)

    def stand(self, number: int, state: str) -> None:
        if number in self.line:
            self.line.remove(number)
        if state == "waitlisted":
            self.line.append(number)
        self.states[number] = state

    @property
    def holders(self) -> list[int]:
        return [number for number, state in self.states.items() if state in HOLDING]

    @property
    def free(self) -> int:
        return max(self.capacity - len(self.holders), 0)

    def allows(self, number: int) -> bool:
        """Tell whether the rules allow one more, by counting."""
        (country, sex), held = self.people[number], [self.people[holder] for holder in self.holders]
        if len(held) >= self.capacity:
            return False
        most, _ = self.rules.get("at_most_per_country", (len(self.people), ""))
        if sum(one == country for one, _sex in held) >= most:
            return False
        percent, _ = self.rules.get("minimum_women", (0, ""))
        if sex != "female" and sum(one == "female" for _country, one in held) * 100 < percent * (len(held) + 1):
            return False
        reserved, whose = self.rules.get("reserved_countries", (0, ""))
        inside = sum(one == whose for one, _sex in held)
        return self._seated(inside, len(held) - inside, reserved) < self._seated(
            inside + (country == whose), len(held) - inside + (country != whose), reserved
        )

    def _seated(self, inside: int, outside: int, reserved: int) -> int:
        unreserved = max(self.capacity - reserved, 0)
        return min(inside, reserved) + min(outside + max(inside - reserved, 0), unreserved)

    def apply(self, number: int) -> bool:
        """Let somebody apply; tell whether they could."""
        if self.states.get(number) not in AGAIN:
            return False
        if self.selects:
            self.stand(number, "applied")
        elif self.rules:
            first = self.allows(number) and not any(self.allows(one) for one in self.line)
            self.stand(number, "confirmed" if first else "waitlisted")
        else:
            self.stand(number, "confirmed" if self.free and not self.line else "waitlisted")
        self.settle()
        return True

    def leave(self, number: int, state: str) -> None:
        freed = self.states[number] in HOLDING
        self.stand(number, state)
        self.settle(freed=int(freed))

    def accept(self, numbers: Sequence[int]) -> list[bool]:
        """Let a committee accept some, each as soon as the rules allow; return for each whether it could."""
        done, left = dict.fromkeys(numbers, False), list(numbers)
        while (one := next((n for n in left if self._acceptable(n)), None)) is not None:
            self.stand(one, "confirmed")
            done[one] = True
            left.remove(one)
        self.settle()
        return list(done.values())

    def _acceptable(self, number: int) -> bool:
        state = self.states.get(number)
        if state == "offered":
            return True
        able = state in ("applied", "waitlisted", "declined") and self.free > 0
        return able and (not self.rules or self.allows(number))

    def settle(self, *, freed: int = 0) -> None:
        for number in self._promoted(freed):
            self.stand(number, "offered" if self.offers else "confirmed")

    def _promoted(self, freed: int) -> Iterator[int]:
        most = self.free
        if self.selects and "applied" in self.states.values():
            most = min(most, freed)
        for _ in range(0 if self.cut_off else most):
            following = next((one for one in self.line if not self.rules or self.allows(one)), None)
            if following is None:
                return
            yield following
