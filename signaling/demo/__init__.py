"""Patients who are not there, so that one person can try everything. HTTP, a socket and aiortc."""

from __future__ import annotations

from signaling.demo.patient import DemoPatient
from signaling.demo.run import run_demo
from signaling.demo.visit import Manner

__all__ = ["DemoPatient", "Manner", "run_demo"]
