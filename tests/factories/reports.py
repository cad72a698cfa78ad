"""Attendance reports as the platforms write them, made from who was there when."""

import csv
import io
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from ilpes_lms.attendance.reports import Span

Rows = list[list[str]]


@dataclass(frozen=True)
class Guest:
    """Somebody in a meeting: a name, an address or none, and when they were connected, in UTC."""

    name: str
    email: str
    stays: tuple[Span, ...]


def us(moment: datetime) -> str:
    return f"{moment:%m/%d/%Y %I:%M:%S %p}"


def unpadded(moment: datetime) -> str:
    hour = moment.hour % 12 or 12
    return f"{moment.month}/{moment.day}/{moment:%Y} {hour}:{moment:%M:%S} {moment:%p}"


def day_first(moment: datetime) -> str:
    return f"{moment:%d/%m/%Y %H:%M:%S}"


def teams(moment: datetime) -> str:
    hour = moment.hour % 12 or 12
    return f"{moment.month}/{moment.day}/{moment:%y}, {hour}:{moment:%M:%S}\u202f{moment:%p}"


def teams_spanish(moment: datetime) -> str:
    return f"{moment.day}/{moment.month}/{moment:%Y}, {moment:%H:%M:%S}"


def hours_and_minutes(moment: datetime) -> str:
    return f"{moment:%d/%m/%Y %H:%M}"


def named_month(moment: datetime) -> str:
    return f"{moment:%b %d, %Y %H:%M:%S}"


def excel_text(moment: datetime) -> str:
    return f'="{moment:%Y-%m-%d %H:%M:%S}"'


def iso_utc(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def clock_only(moment: datetime) -> str:
    hour = moment.hour % 12 or 12
    return f"{hour}:{moment:%M:%S} {moment:%p}"


def minutes_up(span: Span) -> int:
    return -(-span.seconds // 60)


def spoken(span: Span) -> str:
    hours, minutes = divmod(minutes_up(span), 60)
    return f"{hours} hr {minutes} min" if hours else f"{minutes} mins"


class Writer:
    """Writes the clocks of one place."""

    def __init__(self, zone: str, written: Callable[[datetime], str]) -> None:
        self.zone, self.written = ZoneInfo(zone), written

    def at(self, moment: datetime) -> str:
        return self.written(moment.astimezone(self.zone))

    def pair(self, span: Span) -> list[str]:
        return [self.at(span.start), self.at(span.end)]


def joins(guests: Iterable[Guest]) -> list[tuple[Guest, Span]]:
    return [(guest, span) for guest in guests for span in guest.stays]


def zoom_a(guests: Sequence[Guest], clock: Writer) -> Rows:
    head = ["Name (Original Name)", "User Email", "Join Time", "Leave Time", "Duration (Minutes)", "Guest",
            "Recording Consent"]  # fmt: skip
    return [head, *[[g.name, g.email, *clock.pair(s), str(minutes_up(s)), "Yes", ""] for g, s in joins(guests)]]


def zoom_b(guests: Sequence[Guest], clock: Writer) -> Rows:
    meeting = [
        ["Meeting ID", "Topic", "Start Time", "End Time", "User Email", "Duration (Minutes)", "Participants"],
        ["933 1234 5678", "Clase", "", "", "host@example.org", "120", str(len(guests))],
        [""] * 7,
    ]
    return [*meeting, *zoom_a(guests, clock)]


def zoom_d(guests: Sequence[Guest], clock: Writer) -> Rows:
    head = ["Name (original name)", "Email", "Join time", "Leave time", "Duration (minutes)", "Guest",
            "Recording disclaimer response", "In waiting room"]  # fmt: skip
    waits = [["Impatient", "", *clock.pair(s), "3", "Yes", "", "Yes"] for _g, s in joins(guests)[:1]]
    return [head, *[[g.name, g.email, *clock.pair(s), str(minutes_up(s)), "No", "", "No"] for g, s in joins(guests)],
            *waits]  # fmt: skip


def zoom_a_waiting(guests: Sequence[Guest], clock: Writer) -> Rows:
    head, *rows = zoom_a(guests, clock)
    more = ["Recording Disclaimer Response", "In Waiting Room"]
    waits = [["Impatient", "", *clock.pair(s), "3", "Yes", "", "", "Yes"] for _g, s in joins(guests)[:1]]
    return [[*head, *more], *[[*row, "", "No"] for row in rows], *waits]


def zoom_portuguese(guests: Sequence[Guest], clock: Writer) -> Rows:
    head = ["Nome (nome original)", "E-mail do usuário", "Hora de entrada", "Hora de saída", "Duração (minutos)"]
    return [head, *zoom_spanish(guests, clock)[1:]]


def zoom_spanish(guests: Sequence[Guest], clock: Writer) -> Rows:
    head = ["Nombre (nombre original)", "E-mail del usuario", "Hora para unirse", "Hora para salir",
            "Duración (minutos)"]  # fmt: skip
    return [head, *[[g.name, g.email, *clock.pair(s), str(minutes_up(s))] for g, s in joins(guests)]]


def zoom_spanish_new(guests: Sequence[Guest], clock: Writer) -> Rows:
    head = ["Nombre (nombre original)", "Correo electrónico", "Hora de entrada", "Hora de salida",
            "Duración (minutos)", "Invitado", "Respuesta", "En sala de espera"]  # fmt: skip
    return [head, *[[g.name, g.email, *clock.pair(s), str(minutes_up(s)), "Sí", "", "No"] for g, s in joins(guests)]]


def zoom_webinar(guests: Sequence[Guest], clock: Writer) -> Rows:
    head = ["Attended", "User Name (Original Name)", "First Name", "Last Name", "Email", "Phone", "Registration Time",
            "Approval Status", "Join Time", "Leave Time", "Time in Session (minutes)", "Is Guest",
            "Country/Region Name"]  # fmt: skip
    wide = len(head)

    def padded(*cells: str) -> list[str]:
        return [*cells, *[""] * (wide - len(cells))]

    rows = [
        ["Yes", g.name, g.name, "", g.email, "", "", "approved", *clock.pair(s), str(minutes_up(s)), "Yes", "Chile"]
        for g, s in joins(guests)
    ]
    missed = ["No", "Ausente", "Ausente", "", "ausente@example.org", "", "", "approved", "--", "--", "--", "--", ""]
    return [
        padded("Attendee Report"), padded("Report Generated:", "11/19/2021"),
        padded("Topic", "Webinar ID", "Actual Start Time"), padded("Seminario", "9", "x"),
        padded("Host Details"), padded("Panelist Details"), padded("Attendee Details"), head, *rows, missed,
    ]  # fmt: skip


def zoom_webinar_staffed(guests: Sequence[Guest], clock: Writer) -> Rows:
    """With whoever was host or panelist too: they are listed again where those stand, and questions were asked."""
    head = ["Attended", "User Name (Original Name)", "Email", "Join Time", "Leave Time", "Time in Session (minutes)",
            "Is Guest", "Country/Region Name"]  # fmt: skip
    staff = [["Yes", g.name, g.email, *clock.pair(s), str(minutes_up(s)), "No", "Chile"] for g, s in joins(guests[:1])]
    asked = [[*row[:12], "¿Sí?", *row[12:]] for row in zoom_webinar(guests, clock)[7:]]
    asked[0][12] = "Institución"
    return [["Attendee Report"], ["Host Details"], head, *staff, ["Panelist Details"], head, *staff,
            ["Attendee Details"], *asked]  # fmt: skip


def teams_events(guests: Sequence[Guest], clock: Writer) -> Rows:
    events = [(moment, [g.name, action, clock.at(moment)]) for g, s in joins(guests)
              for moment, action in ((s.start, "Joined"), (s.end, "Left"))]  # fmt: skip
    return [["Full Name", "User Action", "Timestamp"], *[row for _at, row in sorted(events)]]


def teams_2021(guests: Sequence[Guest], clock: Writer) -> Rows:
    head = ["Full Name", "Join Time", "Leave Time", "Duration", "Email", "Role", "Participant ID (UPN)"]
    rows = [[g.name, *clock.pair(s), f"{s.seconds // 60}m {s.seconds % 60}s", g.email, "Attendee", ""]
            for g, s in joins(guests)]  # fmt: skip
    return [["Meeting Summary"], ["Total Number of Participants", str(len(guests))], [], head, *rows]


def teams_2021_spanish(guests: Sequence[Guest], clock: Writer) -> Rows:
    head = ["Nombre completo", "Hora de unión", "Hora de salida", "Duración", "Correo electrónico", "Rol",
            "Id. de participante (UPN)"]  # fmt: skip
    return [["Resumen de la reunión"], [], head, *teams_2021(guests, clock)[4:]]


def teams_2022_engagement(guests: Sequence[Guest], clock: Writer) -> Rows:
    rows = teams_2022(guests, clock)
    summary = slice(5, 5 + len(guests))
    rows[4] = [*rows[4], "Engagement"]
    rows[summary] = [[*row, "Reactions: 3"] for row in rows[summary]]
    return rows


def teams_2022(guests: Sequence[Guest], clock: Writer) -> Rows:
    head = ["Name", "First Join", "Last Leave", "In-Meeting Duration", "Email", "Participant ID (UPN)", "Role"]
    summary = [
        [g.name, clock.at(min(s.start for s in g.stays)), clock.at(max(s.end for s in g.stays)), "9h 9m 9s", g.email,
         "", "Attendee"] for g in guests
    ]  # fmt: skip
    activity = [[f"{g.name} (External)", *clock.pair(s), f"{s.seconds // 60}m {s.seconds % 60}s", g.email, "Attendee"]
                for g, s in joins(guests)]  # fmt: skip
    return [
        ["1. Summary"], ["Meeting title", "Clase"], [], ["2. Participants"], head, *summary, [],
        ["3. In-Meeting Activities"], ["Name", "Join Time", "Leave Time", "Duration", "Email", "Role"], *activity,
    ]  # fmt: skip


def teams_live(guests: Sequence[Guest], _clock: Writer) -> Rows:
    head = ["SessionId", "ParticipantId", "FullName", "UserAgent", "UtcEventTimestamp", "Action", "Role"]
    events = [(moment, ["s", g.name, g.name, "Mozilla", iso_utc(moment.astimezone(UTC)), action, "Attendee"])
              for g, s in joins(guests) for moment, action in ((s.start, "Joined"), (s.end, "Left"))]  # fmt: skip
    return [head, *[row for _at, row in sorted(events)]]


def webex(guests: Sequence[Guest], clock: Writer) -> Rows:
    head = ["Meeting Name", "Meeting Start Time", "Meeting End Time", "Session Name", "Name", "Attendee Email",
            "Join Time", "Leave Time", "Attendance Duration", "Connection Type"]  # fmt: skip
    rows = []
    for number, (g, s) in enumerate(joins(guests)):
        main = ["Clase", "", "", "Main Session", g.name, g.email, *clock.pair(s), spoken(s), "Desktop app"]
        half = Span(s.start, s.start + timedelta(seconds=s.seconds // 2))
        breakout = ["Clase", "", "", "Breakout 1", g.name, g.email, *clock.pair(half), spoken(half), "Desktop app"]
        rows += [main, breakout] if number % 2 else [main]
    return [head, *rows]


def webex_plain(guests: Sequence[Guest], clock: Writer) -> Rows:
    return [[*row[:3], *row[4:]] for row in webex(guests, clock) if row[3] in ("Session Name", "Main Session")]


def meet(guests: Sequence[Guest], clock: Writer) -> Rows:
    head = ["First name", "Last name", "Email", "Duration", "Time joined", "Time exited"]
    return [head, *[[*g.name.split(" ", 1), g.email, spoken(s), *clock.pair(s)] for g, s in joins(guests)]]


@dataclass(frozen=True)
class Variant:
    """One way in which reports are written; without addresses people are known by name."""

    name: str
    rows: Callable[[Sequence[Guest], Writer], Rows]
    written: Callable[[datetime], str]
    delimiter: str = ","
    encoding: str = "utf-8"
    with_addresses: bool = True
    to_the_minute: bool = False


VARIANTS = (
    Variant("zoom-a", zoom_a, us),
    Variant("zoom-a-unpadded", zoom_a, unpadded, encoding="utf-8-sig"),
    Variant("zoom-b", zoom_b, us),
    Variant("zoom-b-after-excel", zoom_b, day_first, delimiter=";", encoding="cp1252"),
    Variant("zoom-d", zoom_d, day_first),
    Variant("zoom-spanish", zoom_spanish, day_first, delimiter=";", encoding="cp1252"),
    Variant("zoom-a-24-hours", zoom_a, hours_and_minutes, to_the_minute=True),
    Variant("zoom-a-waiting-room", zoom_a_waiting, us),
    Variant("zoom-spanish-comma", zoom_spanish, day_first),
    Variant("zoom-portuguese", zoom_portuguese, day_first, encoding="utf-8-sig"),
    Variant("zoom-webinar-staffed", zoom_webinar_staffed, us),
    Variant("teams-2021-spanish", teams_2021_spanish, teams_spanish, "\t", "utf-16"),
    Variant("teams-2022-engagement", teams_2022_engagement, teams, "\t", "utf-16"),
    Variant("webex-without-sessions", webex_plain, excel_text, "\t", "utf-16"),
    Variant("zoom-spanish-new", zoom_spanish_new, day_first),
    Variant("zoom-webinar", zoom_webinar, named_month),
    Variant("teams-events", teams_events, teams, "\t", "utf-16", with_addresses=False),
    Variant("teams-2021", teams_2021, teams, "\t", "utf-16"),
    Variant("teams-2022", teams_2022, teams, "\t", "utf-16"),
    Variant("teams-2022-without-mark", teams_2022, teams, "\t", "utf-16-le"),
    Variant("teams-live", teams_live, iso_utc, with_addresses=False),
    Variant("webex", webex, excel_text, "\t", "utf-16"),
    Variant("meet", meet, clock_only),
)


def text_of(rows: Rows, delimiter: str) -> str:
    lines = io.StringIO()
    csv.writer(lines, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return lines.getvalue()


def written_report(guests: Sequence[Guest], variant: Variant, zone: str) -> bytes:
    """Return a report's bytes as the platform writes them, on the clocks of the host's place."""
    text = text_of(variant.rows(guests, Writer(zone, variant.written)), variant.delimiter)
    return text.encode(variant.encoding)


def some_guests(random_: random.Random, around: Span, number: int) -> list[Guest]:
    """Return people who come, go and come again around a class session, on two devices at times."""
    names = ["Ana Núñez", "Bruno Peña", "Chloé Étienne", "Déborah Luz", "Eva Ibáñez", "Fabián Muñoz"]
    return [
        Guest(
            names[place],
            f"guest{place}@example.org",
            tuple(_stay(random_, around) for _ in range(random_.randint(1, 4))),
        )
        for place in range(number)
    ]


def apart(guest: Guest) -> Guest:
    """Return a guest whose stays neither touch nor overlap, for reports of comings and goings on one device."""
    from ilpes_lms.attendance.reports.intervals import united

    merged = united(guest.stays)
    kept = [span for place, span in enumerate(merged) if place == 0 or span.start > merged[place - 1].end]
    return Guest(guest.name, guest.email, tuple(kept))


def _stay(random_: random.Random, around: Span) -> Span:
    start = around.start + timedelta(seconds=random_.randint(-1200, around.seconds))
    return Span(start, start + timedelta(seconds=random_.randint(1, 5400)))
