"""Why a backup is not made or not brought back, and how to go on; read by operators, in English as all commands."""


class BackupRefused(Exception):
    """Nothing was changed; the message says why."""


class TargetTaken(BackupRefused):
    """A backup never lies over something else."""

    def __init__(self, target: object) -> None:
        super().__init__(f"{target} is there already. Name a folder that is not there yet.")


class NotABackup(BackupRefused):
    """There is no manifest that can be read: nothing was backed up here, or it was not finished."""

    def __init__(self, source: object, why: str) -> None:
        super().__init__(f"{source} is not a whole backup: {why}.")


class Altered(BackupRefused):
    """A file is not the one that was backed up."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is missing in the backup or is not as it was made. Take another backup.")


class OtherKind(BackupRefused):
    """A backup goes back into the kind of database it was made of."""

    def __init__(self, kind: str, here: str) -> None:
        super().__init__(f"The backup is of {kind}, and DATABASE_URL names {here}. Set DATABASE_URL to {kind}.")


class NewerSchema(BackupRefused):
    """This release does not know the tables of the backup."""

    def __init__(self, schema: str, here: str) -> None:
        super().__init__(
            f"The backup's tables are of migration {schema}, this release knows those up to {here}. "
            "Install the release that made the backup, or a later one."
        )


class NotEmpty(BackupRefused):
    """There are people in the database that would be overwritten."""

    def __init__(self) -> None:
        super().__init__(
            "The database is not empty. Restore into an empty one, or repeat with --force to lose all that is in it."
        )


class StillRunning(BackupRefused):
    """A worker or the scheduler would send what is brought back before it is held."""

    def __init__(self) -> None:
        super().__init__("A worker or the scheduler gave a sign of life a moment ago. Stop web, workers and scheduler.")


class NoStore(BackupRefused):
    """Files would have nowhere to go."""

    def __init__(self) -> None:
        super().__init__(
            "Files can't be put where they are kept, so nothing was changed. Make the bucket that FILES_URL names, or "
            "the folder under VAR_FOLDER; `ilpes-lms doctor` says whether it answers."
        )


class CountsDiffer(BackupRefused):
    """What was loaded is not what was backed up."""

    def __init__(self, tables: list[str]) -> None:
        super().__init__(f"After loading, tables have other numbers of rows than the backup: {', '.join(tables)}.")
