"""The verbs of certificates: asked for in bulk, made one by one outside any transaction, ended with a reason."""

from ilpes_lms.certificates.erasure import delete_files, forget
from ilpes_lms.certificates.service.asking import issue, pause, resume
from ilpes_lms.certificates.service.checking import check, check_file
from ilpes_lms.certificates.service.making import READY, hand_out, render, render_queued
from ilpes_lms.certificates.service.succeeding import REVOKED, reissue, revoke, translate
from ilpes_lms.certificates.service.transcribing import transcribe

__all__ = [
    "READY",
    "REVOKED",
    "check",
    "check_file",
    "delete_files",
    "forget",
    "hand_out",
    "issue",
    "pause",
    "reissue",
    "render",
    "render_queued",
    "resume",
    "revoke",
    "transcribe",
    "translate",
]
