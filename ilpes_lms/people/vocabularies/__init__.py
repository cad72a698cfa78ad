"""The controlled vocabularies: codes that are stored, labels in the four languages that are shown.

Each module has `CODES`, `label(code, language)`, `is_code(text)` and `choices(language)`. A code nobody knows is
refused with `UnknownCode`; it is never read as "other" or as "not stated".
"""
