"""Which kinds of data are kept for a time only, for how long unless somebody says otherwise, and why.

Not here, because they stay: certificates and their hashes, releases, the record of deeds, the ledger of erasures, and
the facts of an enrolment that statistics count.
"""

from ilpes_lms.attendance import service as attendance
from ilpes_lms.attendance.queries import keeping as attended
from ilpes_lms.audit.chain import queries as chained
from ilpes_lms.audit.chain import service as chain
from ilpes_lms.core.text import N_
from ilpes_lms.enrolment import service as enrolment
from ilpes_lms.enrolment.queries import applications, imports
from ilpes_lms.enrolment.queries import keeping as enrolled
from ilpes_lms.notifications import erasing as messages
from ilpes_lms.people import keeping as ways_in
from ilpes_lms.people import service as people
from ilpes_lms.people.rules import LONGEST_MEMORY
from ilpes_lms.privacy.retention import disuse, service
from ilpes_lms.privacy.retention.keeping import Keeping
from ilpes_lms.web import idempotency

OF_PEOPLE = (
    Keeping(
        kind="attempts", label=N_("Failed sign-ins"), due=ways_in.old_attempts, let_go=people.let_go_of_attempts,
        what=N_("Failed and costly attempts, counted under digests of the address and of the caller."),
        since=N_("since the attempt"),
        why=N_("They slow down whoever guesses passwords. No limit looks back further than a day."),
        days=LONGEST_MEMORY.days, least=LONGEST_MEMORY.days, most=30,
    ),
    Keeping(
        kind="links", label=N_("Links in our messages"), due=ways_in.old_links, let_go=people.let_go_of_links,
        what=N_("Links to confirm an address or choose a password, and what was typed at sign-ups nobody confirmed."),
        since=N_("since they were used or ran out"),
        why=N_("So that whoever opens an old link is told why it does not work any more."),
        days=7, least=1, most=90,
    ),
    Keeping(
        kind="sign_ins", label=N_("Sign-ins"), due=ways_in.old_sign_ins, let_go=people.let_go_of_sign_ins,
        what=N_("From when to when a browser or program was signed in, and over which kind of network."),
        since=N_("since they ended"),
        why=N_("So that somebody whose account was used by others can see it."),
        days=90, least=7, most=730,
    ),
    Keeping(
        kind="unused_accounts", label=N_("Accounts that nobody uses"), due=disuse.unused, let_go=service.erase_unused,
        tell=service.tell_unused,
        what=N_(
            "People who have not signed in for years, erased as if they had asked for it. They are told a month "
            "before, and signing in is enough to stay. Whoever has a certificate, an office, or a part in what is not "
            "over stays."
        ),
        since=N_("since the last sign-in"),
        why=N_("What nobody needs any more should not be kept."),
        days=1095, least=730, most=3650,
    ),
)  # fmt: skip
OF_MESSAGES = (
    Keeping(
        kind="messages", label=N_("Texts of messages"), due=messages.old_texts, let_go=messages.let_go_of_texts,
        what=N_("Subject and text of messages. That one was sent, of which kind, to whom and when, stays."),
        since=N_("since they were sent"),
        why=N_("So that what somebody was told can be looked up while it may still be asked about."),
        days=730, least=90, most=3650,
    ),
    Keeping(
        kind="bounces", label=N_("Reports of messages that came back"), due=messages.old_reports,
        let_go=messages.let_go_of_reports,
        what=N_("What mail servers said of messages that did not arrive. That an address fails stays until it works."),
        since=N_("since the report"),
        why=N_("So that a fault of a mail server can be found."),
        days=365, least=30, most=1825,
    ),
    Keeping(
        kind="failing_addresses", label=N_("Addresses of nobody on record that fail"), due=messages.old_marks,
        let_go=messages.let_go_of_marks,
        what=N_(
            "Addresses at which nothing arrived, as of invited people, that belong to nobody on record. That "
            "somebody's own address fails stays until it works."
        ),
        since=N_("since nothing arrived"),
        why=N_("So that nobody writes to them in vain, which mail servers take amiss."),
        days=365, least=30, most=1825,
    ),
)  # fmt: skip
OF_ACTIVITIES = (
    Keeping(
        kind="drafts", label=N_("Applications that are not sent"), due=enrolled.old_drafts,
        let_go=enrolment.let_go_of_drafts,
        what=N_("What somebody began to write for an activity and never sent."),
        since=N_("since they were last saved"),
        why=N_("So that an application can be finished later."),
        days=180, least=30, most=730,
    ),
    Keeping(
        kind="unsent_files", label=N_("Files that were never sent"), due=applications.old_unsent_letters,
        let_go=enrolment.forget_unsent,
        what=N_("Files chosen for an application that no application and no draft holds."),
        since=N_("since they were chosen"),
        why=N_("So that a form that is sent again need not be filled again."),
        days=1, least=1, most=30,
    ),
    Keeping(
        kind="invitations", label=N_("Invitations nobody accepted"), due=enrolled.old_invitations,
        let_go=enrolment.let_go_of_invitations,
        what=N_("Name, address and position of who was invited or nominated and did not accept."),
        since=N_("since the activity ended"),
        why=N_("So that institutions and coordinators can account for whom they asked."),
        days=365, least=30, most=1825,
    ),
    Keeping(
        kind="applications", label=N_("Applications without a place"), due=enrolled.old_applications,
        let_go=enrolment.let_go_of_applications,
        what=N_(
            "Motivation, answers and files of those who were not selected or withdrew, what reviewers noted, and "
            "reasons. That somebody of such a sex, country and sector applied stays."
        ),
        since=N_("since the activity ended"),
        why=N_("So that somebody who asks why they were not selected gets an answer."),
        days=730, least=180, most=3650,
    ),
    Keeping(
        kind="participant_lists", label=N_("Lists of participants"), due=imports.untouched_since,
        let_go=enrolment.imports.let_go,
        what=N_("Lists that coordinators upload, and what was found wrong in them."),
        since=N_("since they were last touched"),
        why=N_("So that a list can be corrected and uploaded again."),
        days=30, least=7, most=365,
    ),
    Keeping(
        kind="unapplied_reports", label=N_("Attendance reports nobody applied"), due=attended.reports_left,
        let_go=attendance.let_go_of_reports,
        what=N_("Reports of meeting platforms that were uploaded and looked at, and from which no marks were set."),
        since=N_("since they were uploaded"),
        why=N_("So that an instructor can finish what they began."),
        days=30, least=7, most=365,
    ),
    Keeping(
        kind="unapplied_exports", label=N_("Exports of the learning platform nobody applied"),
        due=attended.exports_left, let_go=attendance.let_go_of_exports,
        what=N_("Exports of grades and completion that were uploaded and not taken over, or taken back."),
        since=N_("since they were uploaded"),
        why=N_("So that an instructor can finish what they began."),
        days=7, least=1, most=90,
    ),
    Keeping(
        kind="strangers", label=N_("People in reports who do not take part"), due=attended.strangers,
        let_go=attendance.let_go_of_strangers,
        what=N_("Names and addresses in attendance reports and exports of who is no participant. The minutes stay."),
        since=N_("since the report was uploaded"),
        why=N_("So that a mark can still be given to who was not recognized."),
        days=365, least=30, most=1825,
    ),
)  # fmt: skip
OF_THE_SYSTEM = (
    Keeping(
        kind="remembered_answers", label=N_("Requests of programs"), due=idempotency.old, let_go=idempotency.let_go,
        what=N_("What a program was answered, under the key of its request."),
        since=N_("since the answer"),
        why=N_("So that a request that is sent twice is done once."),
        days=7, least=1, most=30,
    ),
    Keeping(
        kind="sights", label=N_("Who was shown whose data"), due=chained.old_sights, let_go=chain.let_go_of_sights,
        what=N_(
            "In the record of deeds, whose data a member of the staff was shown. That something was shown, when and by "
            "which page stays, and the record is as complete as before."
        ),
        since=N_("since it was shown"),
        why=N_("So that people can find out who looked at their data."),
        days=1825, least=730, most=3650,
    ),
)  # fmt: skip
ALL = (*OF_PEOPLE, *OF_MESSAGES, *OF_ACTIVITIES, *OF_THE_SYSTEM)
