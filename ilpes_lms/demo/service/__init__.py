"""What the demonstration loads: the report's past activities, and a living programme to try things on."""

from ilpes_lms.demo.service.programme import load_programme
from ilpes_lms.demo.service.report import load_report, publish_report

__all__ = ["load_programme", "load_report", "publish_report"]
