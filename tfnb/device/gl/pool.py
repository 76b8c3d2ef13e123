"""The texture pool: storage that Python's own references count, reused by kind and sides, within a budget.

A `Texture` is a counted hold on a `Storage`. When the last reference dies, on whatever thread, a weak reference whose
callback is `deque.append` itself queues the storage: no line of Python runs there, so no interrupt gets lost in it. The
owner's next `take` drains the queue. All totals are derived from the set of storages and the free lists, and a popped
texture that an interrupt drops gives itself back: an interrupt at any line leaves the pool whole.
"""

from __future__ import annotations

import collections
import gc
import weakref
from typing import Any, Final, Literal, NamedTuple, Protocol, TypeAlias

from tfnb.device.gl.layout import Layout, layout_of
from tfnb.errors import ContextLostError, OutOfMemoryError
from tfnb.language import _

Kind: TypeAlias = Literal["float", "int"]
_Class: TypeAlias = tuple[str, int, int]
UNUSED: Final = 0  # before the first barrier epoch
USED: Final = 1 << 62  # after any epoch
_EMPTY: Final = Layout(0, 0, 1)


class Storage:
    """One texture object of OpenGL; `keeper` is the gloo object whose death deletes it."""

    __slots__ = ("dead", "height", "keeper", "kind", "name", "owner", "width")

    def __init__(self, kind: Kind, width: int, height: int, name: int, keeper: Any) -> None:
        self.kind: Kind = kind
        self.width, self.height = width, height
        self.name, self.keeper = name, keeper
        self.owner: Hold | None = None
        self.dead = False

    @property
    def nbytes(self) -> int:
        return self.width * self.height * 16


class Texture:
    """A counted hold on a texture: storage goes back to the pool when the last reference to this object dies.

    Attributes:
        name: OpenGL's name. kind: "float" (RGBA32F) or "int" (RGBA32I). layout: how the values lie.
        written, touched: the barrier epoch of the last image store, and of the last use of any kind.
        place: the placement that it belongs to.
    """

    place: Final = "gl"
    __slots__ = ("__weakref__", "_storage", "kind", "layout", "name", "touched", "written")

    def __init__(self, storage: Storage, released: collections.deque[Any], epoch: int) -> None:
        self._storage = storage
        self.name, self.kind, self.layout = storage.name, storage.kind, _EMPTY
        self.touched = self.written = epoch
        hold = Hold(self, released.append)
        hold.storage = storage
        storage.owner = hold

    @property
    def nbytes(self) -> int:
        """Bytes of the storage, padding included."""
        return self._storage.nbytes

    def __repr__(self) -> str:
        return f"Texture({self.kind}, {self.layout})"


class Hold(weakref.ref[Texture]):
    """The weak reference from a storage to its texture, which queues itself when the texture dies."""

    __slots__ = ("storage",)
    storage: Storage


class LostTexture(Texture):
    """What the live textures of a lost context become: their names mean nothing to the next one."""

    __slots__ = ()

    @property
    def name(self) -> int:  # type: ignore[override]
        raise ContextLostError(
            _("this tensor lived in an OpenGL context that is lost"), fix=_("make it again from its values")
        )

    @property
    def nbytes(self) -> int:
        """Nothing: the storage went with its context."""
        return 0


class Allocator(Protocol):
    """Who makes and deletes the textures: the device, or a stand-in in tests."""

    def check_thread(self) -> None: ...
    def create(self, kind: Kind, width: int, height: int) -> Storage: ...
    def delete(self, storages: list[Storage]) -> None: ...
    def fill(self, storage: Storage) -> None: ...


class PoolStats(NamedTuple):
    """Bytes and counts of textures: allocated = in use + free."""

    bytes_allocated: int
    bytes_in_use: int
    bytes_free: int
    textures_allocated: int
    textures_in_use: int
    textures_free: int
    budget: int


class TexturePool:
    """Lends textures by kind and sides; keeps up to half its budget idle.

    Args:
        allocator: makes and deletes textures.
        max_side: the largest side, in texels.
        budget: the most bytes allocated at any time.
        canary: fill textures with a marked NaN when they are made and when they come back, so that a test sees any
            read of what was not written.
    """

    def __init__(self, allocator: Allocator, max_side: int, budget: int, canary: bool = False) -> None:
        self._allocator = allocator
        self.max_side, self.budget, self.canary = max_side, budget, canary
        self.released: collections.deque[Any] = collections.deque()
        self._allocated: dict[_Class, set[Storage]] = {}
        self._free: dict[_Class, list[Texture]] = {}

    def take(self, kind: Kind, size: int | Layout) -> Texture:
        """A texture for `size` values (or for a layout), its contents undefined.

        Errors:
            TextureSizeError: larger than the device's largest texture.
            OutOfMemoryError: over the budget, or the driver has no memory, also after idle textures were given up.
            ThreadError, ForkError, ContextLostError: not a place where this context can be used.
        """
        self._allocator.check_thread()
        layout = size if isinstance(size, Layout) else layout_of(size, self.max_side)
        if self.released:
            self.drain()
        free = self._free.get((kind, layout.width, layout.height))
        texture = free.pop() if free else self._allocate(kind, layout)
        texture.layout = layout
        return texture

    def drain(self) -> None:
        """Take back what was released; on the owner's thread only.

        An entry stays queued until its storage has a new texture in the free list, and counts no more once it has:
        an interrupt between two lines does no harm.
        """
        released = self.released
        while released:
            entry = released[0]
            # An interrupt may have left a hold without storage; that storage still has its former, queued one.
            storage = getattr(entry, "storage", None)
            if storage is not None and storage.owner is entry and not storage.dead:
                if self.canary:
                    self._allocator.fill(storage)
                # What was its last use is not known here: the next user asks for a barrier.
                key = (storage.kind, storage.width, storage.height)
                self._allocated.setdefault(key, set()).add(storage)  # an interrupt may have come before
                self._free.setdefault(key, []).append(Texture(storage, released, USED))
            # Whatever else was handed in (a gloo object of a program) dies here, on the owner's thread.
            del entry, storage
            released.popleft()

    def trim(self, keep_bytes: int = 0) -> int:
        """Give idle textures back to the driver, largest first, until at most `keep_bytes` are idle; bytes given."""
        self._allocator.check_thread()
        self.drain()
        return self._shrink(keep_bytes)

    def stats(self) -> PoolStats:
        """Bytes and counts at this moment."""
        self._allocator.check_thread()
        self.drain()
        allocated = self._bytes_allocated()
        free = self._bytes_free()
        many, idle = sum(map(len, self._allocated.values())), sum(map(len, self._free.values()))
        return PoolStats(allocated, allocated - free, free, many, many - idle, idle, self.budget)

    def abandon(self) -> None:
        """The context is lost: live textures raise from now on, and nothing is given back to a driver."""
        for storages in self._allocated.values():
            for storage in storages:
                storage.dead = True
                texture = storage.owner() if storage.owner is not None else None
                if texture is not None:
                    texture.__class__ = LostTexture
        self._free.clear()
        self._allocated.clear()

    def _bytes_allocated(self) -> int:
        return sum(width * height * 16 * len(held) for (_kind, width, height), held in self._allocated.items())

    def _bytes_free(self) -> int:
        return sum(width * height * 16 * len(idle) for (_kind, width, height), idle in self._free.items())

    def _shrink(self, keep_bytes: int) -> int:
        excess = self._bytes_free() - keep_bytes
        given, doomed = 0, []
        for key in sorted(self._free, key=lambda key: key[1] * key[2], reverse=True):
            idle = self._free[key]
            while idle and given < excess:
                # In this order an interrupt leaves a storage either in the pool or with nobody, never half in it.
                texture = idle.pop()
                storage = texture._storage
                self._allocated[key].discard(storage)
                storage.dead = True
                doomed.append(storage)
                given += storage.nbytes
        if doomed:
            self._allocator.delete(doomed)
        return given

    def _allocate(self, kind: Kind, layout: Layout) -> Texture:
        key = (kind, layout.width, layout.height)
        try:
            self._make_room(layout)
            storage = self._allocator.create(kind, layout.width, layout.height)
        except OutOfMemoryError:
            # Tensors in reference cycles hold memory until the collector comes; this is the moment for it.
            gc.collect()
            self.trim()
            storage = self._create_or_explain(kind, layout)
        texture = Texture(storage, self.released, UNUSED)
        self._allocated.setdefault(key, set()).add(storage)
        if self.canary:
            self._allocator.fill(storage)
        return texture

    def _make_room(self, layout: Layout) -> None:
        if self._bytes_free() > self.budget // 2:
            self._shrink(self.budget // 2)
        over = self._bytes_allocated() + layout.nbytes - self.budget
        if over > 0:
            self._shrink(max(0, self._bytes_free() - over))
            if self._bytes_allocated() + layout.nbytes > self.budget:
                raise OutOfMemoryError("")

    def _create_or_explain(self, kind: Kind, layout: Layout) -> Storage:
        used = self._bytes_allocated()
        problem = _("{wanted:,} bytes wanted for {size:,} values; {used:,} bytes are in use, the budget is {budget:,}")
        sizes = {"wanted": layout.nbytes, "size": layout.size, "used": used, "budget": self.budget}
        fix = _("dispose of tensors, use tf.tidy, or set TFNB_GL_BUDGET to more bytes")
        if used + layout.nbytes > self.budget:
            raise OutOfMemoryError(problem.format(**sizes), fix=fix)
        try:
            return self._allocator.create(kind, layout.width, layout.height)
        except OutOfMemoryError:
            raise OutOfMemoryError(
                _("the driver has no memory left: {problem}").format(problem=problem.format(**sizes)),
                fix=_("dispose of tensors or use tf.tidy"),
            ) from None
