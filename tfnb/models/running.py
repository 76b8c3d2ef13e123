"""A training from its plan to its History: what is set up before the loop is put back after it, however it ends."""

from __future__ import annotations

from typing import Any

from tfnb.language import _
from tfnb.models.events import Run
from tfnb.models.fitting import Fitting, callback_list, go, go_async
from tfnb.models.history import History
from tfnb.models.interrupts import INTERRUPTS
from tfnb.models.preparing import Plan
from tfnb.models.terminal import observer_of


class Session:
    """The set-up of one run around its loop."""

    __slots__ = ("model", "plan", "run", "history", "fitting")

    def __init__(self, model: Any, plan: Plan) -> None:
        compiled = model.compiled(plan.op)
        has_validation = plan.validate is not None
        names = (*compiled.names, *(f"val_{name}" for name in compiled.names)) if has_validation else compiled.names
        self.model, self.plan = model, plan
        self.run = Run(
            model.name,
            epochs=plan.epochs,
            batches=plan.batches,
            batch_size=plan.batch_size,
            samples=plan.samples,
            names=names,
            learning_rate=lambda: float(compiled.optimizer.learning_rate),
            initial_epoch=plan.initial_epoch,
        )
        self.history = History()
        params = {
            "epochs": plan.epochs,
            "initial_epoch": plan.initial_epoch,
            "samples": plan.samples,
            "steps": plan.batches,
            "batch_size": plan.batch_size,
            "verbose": plan.verbose,
            "do_validation": has_validation,
            "metrics": list(names),
        }
        callbacks = callback_list(model, plan.callbacks, self.history, params)
        self.fitting = Fitting(model, plan.step, self.run, callbacks, plan.epoch, plan.validate, plan.yield_every)

    def begin(self) -> None:
        """From here on the model is being trained."""
        self.model.is_training = True
        self.model.history, self.model.run = self.history, self.run
        self.model.stop_training = False
        self.plan.step.culprit = None
        self.plan.step.is_guarded = INTERRUPTS.enter(self.run)
        observer = observer_of(self.run, self.plan.verbose)
        if observer is not None:
            self.run.observers.append(observer)
        self.run.begin()

    def end(self, error: BaseException | None) -> History:
        """It is over; harmless when called twice."""
        reason, note = self._reason(error)
        self.history.reason, self.history.note = reason, note
        is_shown = bool(self.run.observers)
        is_first = self.run.state != "ended"
        self.run.end(reason, note)
        if reason == "interrupted" and is_first and not is_shown and error is None:
            print(note)
        return self.history

    def leave(self) -> None:
        """The model is not being trained any more; harmless when called twice."""
        self.model.is_training = False
        self.plan.step.is_guarded = False
        INTERRUPTS.leave(self.run)

    def _reason(self, error: BaseException | None) -> tuple[str, str]:
        run = self.run
        if run.state == "ended" and run.reason is not None:
            return run.reason, run.note
        if error is not None:
            if isinstance(error, KeyboardInterrupt):
                return "interrupted", self._where(_("Interrupted"))
            return "error", f"{type(error).__name__}: {error}"
        if run.stop_reason is None:
            return ("stopped", self._where(_("Stopped"))) if self.model.stop_training else ("done", "")
        if run.note:
            return run.stop_reason, run.note
        begin = _("Interrupted") if run.stop_reason == "interrupted" else _("Stopped")
        return run.stop_reason, self._where(begin)

    def _where(self, begin: str) -> str:
        return _("{begin} in epoch {epoch} after batch {batch}: the weights are those of the last whole batch.").format(
            begin=begin, epoch=self.run.epoch + 1, batch=self.run.batch + 1
        )


def run_plan(model: Any, plan: Plan) -> History:
    """Train by a plan."""
    session = Session(model, plan)
    try:
        try:
            session.begin()
            go(session.fitting, session.run)
            return session.end(None)
        except BaseException as error:
            session.end(error)
            raise
        finally:
            session.leave()
    finally:  # an interrupt came in the middle of the above
        session.leave()


async def run_plan_async(model: Any, plan: Plan) -> History:
    """Train by a plan, and let the event loop run between batches."""
    session = Session(model, plan)
    try:
        try:
            session.begin()
            await go_async(session.fitting, session.run)
            return session.end(None)
        except BaseException as error:
            session.end(error)
            raise
        finally:
            session.leave()
    finally:  # an interrupt came in the middle of the above
        session.leave()
