"""Heights in a Fenwick tree: where a block begins, and which block stands at a height, in O(log n)."""

from collections.abc import Iterable


class Fenwick:
    """A list of whole numbers with fast prefix sums."""

    def __init__(self, values: Iterable[int] = ()) -> None:
        self._values = list(values)
        self._tree = self._built(self._values)

    @staticmethod
    def _built(values: list[int]) -> list[int]:
        tree = [0, *values]
        for index in range(1, len(tree)):
            parent = index + (index & -index)
            if parent < len(tree):
                tree[parent] += tree[index]
        return tree

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, index: int) -> int:
        return self._values[index]

    def set(self, index: int, value: int) -> None:
        """Replace one number."""
        change = value - self._values[index]
        if not change:
            return
        self._values[index] = value
        at = index + 1
        while at < len(self._tree):
            self._tree[at] += change
            at += at & -at

    def append(self, value: int) -> None:
        """Add a number at the end."""
        self._values.append(value)
        at = len(self._values)
        self._tree.append(self.prefix(at - 1) - self.prefix(at - (at & -at)) + value)

    def prepend(self, values: Iterable[int]) -> None:
        """Add numbers at the beginning (rebuilds)."""
        self._values[:0] = values
        self._tree = self._built(self._values)

    def prefix(self, count: int) -> int:
        """The sum of the first `count` numbers."""
        total = 0
        while count > 0:
            total += self._tree[count]
            count -= count & -count
        return total

    @property
    def total(self) -> int:
        """The sum of all numbers."""
        return self.prefix(len(self._values))

    def find(self, height: int) -> tuple[int, int]:
        """The index whose span holds `height`, and how far into it; the last one for what lies beyond the end.

        Numbers must not be negative. An empty list gives (0, 0).
        """
        if not self._values or height < 0:
            return 0, 0
        index, rest, step = 0, height, 1 << len(self._values).bit_length()
        while step:
            probe = index + step
            if probe < len(self._tree) and self._tree[probe] <= rest:
                index, rest = probe, rest - self._tree[probe]
            step >>= 1
        if index < len(self._values):
            return index, rest
        last = len(self._values) - 1
        return last, self._values[last]
