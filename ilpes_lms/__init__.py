"""Course management for ILPES: catalogue, enrolment, attendance, certificates, statistics."""
