"""What can go wrong here."""


class TwoExporters(ValueError):
    """A room has registered two exporters, so that one of them would be silent."""
