"""Every error a person may meet: a code, what happened, what to do now."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "directory.unreadable": "{file} cannot be read as YAML: {detail}. Mend that line and try again.",
    "directory.field": "{file}: {field}: {detail}.",
    "directory.reference": "{file}: {field}: there is no {kind} '{target}'. Write the id of an existing one, or add it.",
    "directory.duplicate": "{file}: the id '{target}' is also used by {other}. Give one of them another id.",
    "directory.filename": "{file}: the id is '{target}'. Name the file {target}.yml, or change the id.",
    "directory.empty": "There are no records in {file}. Check the folder's name, or restore its files.",
    "settings.value": "{name} is '{value}', which is not {wanted}. Change it in the environment or in {file}.",
    "store.key": "{file} holds no usable key. Restore it from your backup; without it the stored text cannot be read.",
    "store.version": "The database {file} was made by a newer Waymark (version {found}, this one knows {known}). "
    "Update Waymark, or point WAYMARK_DATABASE_URL at another file.",
    "model.missing": "There is no trained model in {file}. Run 'waymark train'.",
    "model.broken": "The model in {file} does not understand its own examples ({detail}). Run 'waymark train --force'.",
    "model.unloadable": "The model in {file} cannot be loaded. Run 'waymark train --force'.",
    "rest.sender": "The field 'sender' is missing. Send a non-empty text that names the conversation.",
    "rest.message": "The field 'message' is missing or empty. Send a non-empty text.",
    "rest.body": "The body is not a JSON object. Send {{\"sender\": \"...\", \"message\": \"...\"}}.",
    "rest.long": "The message is longer than {limit} characters. Send a shorter one.",
    "rest.busy": "This conversation has too many messages waiting. Wait for an answer, then send the next.",
    "api.closed": "This address is closed. Set WAYMARK_API_TOKEN and send it as 'token' to open Rasa's HTTP API.",
    "actions.remote": "This address answers only on the same machine.",
    "bench.file": "{file} is neither a list of Integreat pages nor OMoS-QA lines: {detail}.",
    "port.taken": "Port {port} is taken. Stop the other program, or set WAYMARK_PORT to another number.",
}


class WaymarkError(Exception):
    """An error with a sentence for a person. `code` is a key of SENTENCES; `values` fill it."""

    def __init__(self, code: str, **values: object) -> None:
        self.code = code
        self.values = values
        super().__init__(SENTENCES[code].format(**values))
