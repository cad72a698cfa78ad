"""What figures lack: plain values."""

# Of what was copied to a confirmed enrolment, of activities, of persons; in the order in which they are told.
ENROLMENT_GAPS = ("sex", "country", "institution")
ACTIVITY_GAPS = ("marks", "record", "source")
TWINS = "persons"
GAPS = (*ENROLMENT_GAPS, TWINS, *ACTIVITY_GAPS)
