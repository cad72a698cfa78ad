"""Why figures of the report do not agree, and in which two ways others can be read."""

from ilpes_lms.core.text import N_

NOTES = {
    "participations-27-october": N_(
        "Section 1 b) counts 577 participants, 281 of them women. Table A1.2 has 579: the same 281 women and 298 men. "
        "Only the table's number adds up to its subtotal of 2,340."
    ),
    "date-book-launch": N_(
        "The executive summary and section 6 b) date the launch 13 December 2021; table A1.2 dates it 27 December "
        "2021. Which day is right can't be told from the report."
    ),
    "growth-webinars": N_(
        "From 1,198 to 2,340 is 1,142 more, which is 95%% of the earlier number. 49%% is what 1,142 is of the later "
        "number: the wrong base for an increase."
    ),
    "share-restricted": N_(
        "The text speaks of the number of courses. 15 of 52 activities are 29%% (36%% of the 42 that are not webinars "
        "or seminars). 21%% is the share of something else: of participants, 889 of 4,328."
    ),
    "previous-share-restricted": N_(
        "With 1,198 participants as 49%% and 521 as 22%%, the previous period had 2,421 to 2,423; 447 of them are "
        "18%%, not 11%%. About 11%% is what is left for the courses of other divisions. As a share of courses, the "
        "figure could not be set beside 21%%, which is a share of participants."
    ),
    "multiple-restricted": N_("“Almost tripled” says about 3 times. From 447 to 889 is 1.99 times: it almost doubled."),
    "multiple-all": N_(
        "“Almost double” says about 2 times. The previous total is not printed; with 1,198 as 49%% and 521 as 22%% of "
        "it, it was 2,421 to 2,423. 4,328 is 1.79 times that, more than a tenth below double."
    ),
    "activities-webinars-nine": N_(
        "Six out of nine seminars are said to have dealt with open or digital government. Elsewhere the report has "
        "ten seminars, and so has table A1.2. Nine of them have a record of participants."
    ),
    "webinars-raga": N_(
        "Section 6 b) counts two webinars with RAGA, those of 5 and 11 November 2021. The executive summary names RAGA "
        "as organizer of a third, that of 2 December 2021, which section 6 b) and table A1.2 give to the Planning "
        "Network."
    ),
    "people-or-participations": N_(
        "Read as participations, the sum over all activities: %(published)s. Read as people, each counted once: not "
        "known, because whoever took part in two activities stands in both headcounts."
    ),
    "which-activities-belong": N_(
        "Read as the activities whose dates overlap the period, as those of all rows of the annex do: %(published)s. "
        "Read as those that began within it: %(computed)s. Seven activities with 547 participations also fall in a "
        "neighbouring year, so years must not be added up."
    ),
    "officials-or-participants": N_(
        "Read as all participants in the restricted courses: %(published)s. Read as government officials, as the text "
        "calls them: fewer, how many is not known, because the course for Uruguay was also for civil society, business "
        "and universities."
    ),
    "rows-or-courses": N_(
        "Read as rows of table A1.1: %(published)s. Read as courses: %(computed)s, if the one row for CONEVAL stands "
        "for the eight workshops that section 5 counts and its footnote 3 lists."
    ),
    "dates-coneval": N_(
        "Read as the row of table A1.1: January to December 2021. Read as the workshops of footnote 3: September 2021 "
        "to May 2022, the last of them outside the dates of the row. The row speaks of CONEVAL's own officials, the "
        "footnote of federal and state ones, so they may be different courses."
    ),
    "dates-forum": N_(
        "Read with its closing webinar of 27 October, as in section 1 b): August to October 2021. Read without it, as "
        "in section 4: 2 August to 30 September 2021."
    ),
    "officials-dominican-republic": N_(
        "About 180 officials are said to have been trained besides the 60 of the restricted course. Read as "
        "participants in the international courses on the same topics: they are counted there. Read as participants "
        "in courses of their own: no row of table A1.1 shows them, and its total is too low."
    ),
    "event-paraguay": N_(
        "More than 300 people are said to have attended. Read as part of technical assistance: not one of the "
        "seminars, as in table A1.2. Read as a seminar within technical assistance, as others are: an eleventh, and "
        "the totals are too low."
    ),
    "seminars-network": N_(
        "Read as the webinars that the section lists for the Network: two. Read with the launch of CONEVAL's book, "
        "which the same section says that the Network held: three."
    ),
}
# The same readings where the records say what the publication does not.
NOTES_IF_KNOWN = {
    "people-or-participations": N_(
        "Read as participations, the sum over all activities: %(published)s. Read as people, each counted once: "
        "%(computed)s."
    ),
}
