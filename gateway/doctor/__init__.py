"""What is wrong with this hotline, and how to mend it: looks, touches nothing.

A check is a function in a file of its kind and a line in ``CHECKS``. It gives one finding or more;
what it cannot look at is a finding too.
"""

from gateway.doctor.checks import CHECKS, examine
from gateway.doctor.finding import Finding, Grade, Patient

__all__ = ["CHECKS", "Finding", "Grade", "Patient", "examine"]
