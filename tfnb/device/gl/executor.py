"""OpenGL as the engine sees it: storage is a texture, work is an expression or a kernel of the records.

Programs are planned once per structure and shapes; a call with a known plan only takes textures from the pool and
launches.
"""

from __future__ import annotations

from typing import Any, Callable, Sequence

from tfnb.device.gl.context import get_device
from tfnb.device.gl.pool import Texture
from tfnb.device.gl.shader import KIND, Plan, Shader
from tfnb.device.gl.source import Source, expression_code, reals_of
from tfnb.kernels.expression import Expression, Leaf
from tfnb.kernels.record import Kernel
from tfnb.shapes import Shape, size_of

_MOST_PLANS = 8192


class GLExecutor:
    """The OpenGL placement.

    Attributes:
        device: textures and launches. software: the renderer runs on the processor.
    """

    name = "gl"
    max_inputs = 8
    max_outputs = 4

    def __init__(self) -> None:
        self.device = get_device()
        self.software = self.device.software
        self._plans: dict[Any, Plan] = {}
        self._made = 0

    @property
    def lost(self) -> bool:
        """Whether the context is gone."""
        return not self.device.alive

    @property
    def is_mine(self) -> bool:
        """Whether this thread owns the context."""
        return self.device.is_mine

    def upload(self, array: Any, dtype: str) -> Texture:
        return self.device.upload(array)

    def read(self, storage: Texture, dtype: str, start: int, count: int) -> Any:
        return self.device.read(storage, start, count)

    def evaluate(self, expression: Expression) -> list[Texture]:
        """Run a fused expression; one texture per output."""
        if expression.size == 0:
            return [self._empty(expression.dtype_of(number)) for number in expression.outputs]
        key = ("expression", expression.shape, expression.key())
        plan = self._plans.get(key)
        if plan is None:
            plan = self._keep(key, self._plan_expression(expression))
        textures = [leaf.storage for leaf in expression.leaves]
        return self.run(plan, textures, reals_of(expression))

    def _plan_expression(self, expression: Expression) -> Plan:
        shader = Shader(self.device, [(expression.dtype_of(n), expression.size) for n in expression.outputs])
        code, values = expression_code(shader, expression)
        body = code + "".join(f"r{k} = {values[n]}; " for k, n in enumerate(expression.outputs))
        return shader.finish(body)

    def execute(
        self,
        kernel: Kernel,
        operands: Sequence[Leaf | Expression],
        shape: Shape,
        dtype: str,
        attributes: dict[str, Any],
        epilogue: Expression | None = None,
    ) -> Texture:
        """Run one kernel that is not elementwise."""
        assert kernel.gl is not None
        if size_of(shape) == 0:
            return self._empty(dtype if epilogue is None else epilogue.dtype_of(epilogue.outputs[-1]))
        sources = [Source(operand) for operand in operands]
        if epilogue is not None:
            return kernel.gl(self, *sources, shape=shape, dtype=dtype, epilogue=epilogue, **attributes)  # type: ignore[no-any-return]
        return kernel.gl(self, *sources, shape=shape, dtype=dtype, **attributes)  # type: ignore[no-any-return]

    def _empty(self, dtype: str) -> Texture:
        """The storage of no values: nothing runs for it."""
        self.device.check_thread()
        return self.device.pool.take(KIND[dtype], 0)  # type: ignore[arg-type]

    def finish(self) -> None:
        """Wait until everything launched has run."""
        self.device.finish()

    @property
    def programs_made(self) -> int:
        """Plans built so far: a run that raises it paid for the making of a program."""
        return self._made

    def planned(self, key: Any, build: Callable[[], Plan]) -> Plan:
        """The plan for a key, built when first asked for; the key holds all that program and numbers depend on."""
        plan = self._plans.get(key)
        return plan if plan is not None else self._keep(key, build())

    def _keep(self, key: Any, plan: Plan) -> Plan:
        if len(self._plans) >= _MOST_PLANS:
            self._plans.pop(next(iter(self._plans)))
        self._plans[key] = plan
        self._made += 1
        return plan

    def run(self, plan: Plan, textures: Sequence[Texture], reals: Sequence[float] = ()) -> list[Texture]:
        """Launch a plan on its textures and scalars; returns the textures it wrote."""
        device = self.device
        outputs = [device.pool.take(KIND[dtype], size) for dtype, size in plan.outputs]  # type: ignore[arg-type]
        used = plan.program.uniforms
        uniforms: dict[str, Any] = {}
        if "n" in used:
            uniforms["n"] = plan.whole
        if "s" in used:
            uniforms["s"] = reals
        if plan.kind == "compute":
            device.launch(plan.program, textures, outputs, uniforms, plan.groups)
        else:
            device.draw(plan.program, textures, outputs, uniforms, plan.rows)
        return outputs
