"""What columns mean: the platforms' headings in English, Spanish and Portuguese, without case and accents."""

from collections.abc import Sequence
from dataclasses import dataclass

from ilpes_lms.core.text import fold

_MEANINGS: dict[str, tuple[str, ...]] = {
    "name": (
        "name (original name)", "user name (original name)", "name", "full name", "fullname",
        "nombre (nombre original)", "nombre de usuario (nombre original)", "nombre", "nombre completo",
        "nome (nome original)", "nome de usuario (nome original)", "nome do usuario (nome original)", "nome",
        "nome completo",
    ),
    "first_name": ("first name",),
    "last_name": ("last name", "apellido", "apellidos", "sobrenome"),
    "email": (
        "user email", "email", "e-mail", "attendee email", "email address", "e-mail del usuario",
        "correo electronico", "correo electronico del usuario", "correo", "e-mail do usuario", "email do usuario",
        "endereco de email", "endereco de e-mail",
    ),
    "joined": (
        "join time", "time joined", "hora para unirse", "hora de entrada", "hora de union", "hora de incorporacion",
        "hora de ingresso",
    ),
    "left": ("leave time", "time exited", "hora para salir", "hora de salida", "hora de saida"),
    "first_joined": ("first join", "primera union", "primera incorporacion", "primeiro ingresso"),
    "last_left": ("last leave", "ultima salida", "ultima saida"),
    "duration": (
        "duration (minutes)", "duration", "time in session (minutes)", "attendance duration", "in-meeting duration",
        "duracion (minutos)", "duracion", "tiempo en sesion (minutos)", "duracion en la reunion",
        "duracao (minutos)", "duracao", "tempo na sessao (minutos)", "duracao na reuniao",
    ),
    "total": ("total duration (minutes)", "duracion total (minutos)", "duracao total (minutos)"),
    "waiting": ("in waiting room", "en sala de espera", "na sala de espera", "em sala de espera"),
    "attended": ("attended", "asistio", "participou", "compareceu"),
    "action": ("user action", "action", "accion del usuario", "accion", "acao do usuario", "acao"),
    "at": ("timestamp", "marca de tiempo", "carimbo de data/hora"),
    "at_utc": ("utceventtimestamp",),
    "participant": (
        "participantid", "participant id (upn)", "id do participante (upn)", "id. de participante (upn)",
        "id de participante (upn)",
    ),
    "room": ("session name", "nombre de la sesion", "nome da sessao"),
    "role": ("role", "rol", "funcao"),
    "connection": ("connection type", "tipo de conexion", "tipo de conexao"),
    "guest": ("guest", "is guest", "invitado", "convidado"),
}  # fmt: skip
_FIELD_OF = {heading: meaning for meaning, headings in _MEANINGS.items() for heading in headings}

# A table is known by the columns it has at least; the first that fits counts.
SHAPES: dict[str, frozenset[str]] = {
    "events_utc": frozenset({"name", "action", "at_utc"}),
    "events": frozenset({"name", "action", "at"}),
    "stays": frozenset({"joined", "left"}),
    "summary": frozenset({"name", "first_joined", "last_left", "duration"}),
    "totals": frozenset({"name", "total"}),
}
_NAMES = frozenset({"name", "first_name"})


@dataclass(frozen=True, slots=True)
class Header:
    """A row of headings: what shape of table it opens, and in which column each meaning stands."""

    shape: str
    columns: dict[str, int]

    def cell(self, row: Sequence[str], meaning: str) -> str:
        """Return a row's cell of a meaning; empty where the table or the row has none."""
        place = self.columns.get(meaning)
        return row[place] if place is not None and place < len(row) else ""


def header_of(row: Sequence[str]) -> Header | None:
    """Return what a row of headings opens, None where it is no such row."""
    columns: dict[str, int] = {}
    for place, cell in enumerate(row):
        meaning = _FIELD_OF.get(fold(cell.lstrip("\ufeff")))
        if meaning:
            # Two columns may share a heading: the first one counts.
            columns.setdefault(meaning, place)
    if not columns.keys() & _NAMES:
        return None
    shape = next((name for name, needed in SHAPES.items() if needed <= columns.keys()), None)
    return Header(shape, columns) if shape else None
