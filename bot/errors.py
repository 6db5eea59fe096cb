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
    "reports.no_readers": "Nobody can read reports here yet: there are no keys. Run 'waymark reports keygen' on the server.",
    "reports.sealed": "This record cannot be opened: it is for another key, or it was altered. Restore it from a backup.",
    "reports.gone": "This report does not exist any more: the person withdrew it, or its time was over.",
    "reports.no_keys": "There are no keys for reports yet. Run 'waymark reports keygen' on the server.",
    "reports.keys_exist": "The keys for reports were made before. Making them anew would leave all reports unreadable.",
    "reports.key": "This key opens nothing here. Sign out, unlock again, and ask another member if it still fails.",
    "reports.proof": "Only a member of the {circle} circle may do this, with unlocked keys.",
    "reports.weak": "A passphrase needs at least {length} characters, and not the same few over and over. Take five or six words.",
    "reports.passphrase": "The passphrase is not right. Check the keyboard language and try again.",
    "reports.recovery": "This is not the present recovery key, or a sign was mistyped. Compare it with the sheet.",
    "reports.locked": "Your keys are locked. Type your passphrase to unlock them.",
    "reports.wait": "Too many wrong passphrases. Wait {seconds} seconds, then try again.",
    "reports.both": "One person cannot be a reader and oversight. Ask somebody else to take the second part.",
    "reports.enrolled": "This member holds keys already. Change the passphrase, or have the keys renewed.",
    "reports.not_enrolled": "This person has set no passphrase for reports yet. They do that at 'Keys' in the console.",
    "reports.not_admitted": "You have set a passphrase, but no member has admitted you yet. Ask one to do so at 'Keys'.",
    "reports.last": "This is the last member of the oversight. Admit another one first.",
    "reports.tampered": "The key of '{holder}' was not admitted by this circle: somebody changed the database. Nothing was done.",
    "attachment.empty": "The file is empty. Choose the file once more.",
    "attachment.large": "The file is larger than {limit} MB. Send a smaller one, or a part of it.",
    "attachment.full": "This conversation already holds {limit} MB of files. Delete the conversation, or describe the rest in words.",
    "attachment.broken": "The file cannot be read; it may be damaged. Save it once more and send it again, or send a photo of it.",
    "attachment.bomb": "The picture has too many points to be opened safely. Send it in a smaller size.",
    "attachment.type": "Files of this kind are not taken. Send a picture, a PDF, sound, a film, or an office document.",
    "attachment.gone": "This file is not here any more. Files are deleted together with their conversation.",
    "attachment.not_now": "Files can be sent only while a mediator has the conversation. Ask for a person first.",
    "bench.file": "{file} is neither a list of Integreat pages nor OMoS-QA lines: {detail}.",
    "console.signed_out": "You are not signed in, or were signed out. Sign in to go on.",
    "console.session": "This sign-in has ended. Begin again with your name and password.",
    "console.wrong": "The name or the password is not right. Check both; if you have lost them, ask your lead for a new start.",
    "console.code": "This code is not right, or was used before. Wait for the next one in your app and type that.",
    "console.wait": "Too many wrong tries. Try again in {seconds} seconds.",
    "console.password_short": "The new password is too short. Use at least {least} characters; four random words are good.",
    "console.password_long": "The new password is too long. Use at most {most} characters.",
    "console.password_plain": "The new password is too plain, or is the start password. Choose another; four random words are good.",
    "console.password_name": "The new password contains your name. Choose another; four random words are good.",
    "console.role": "Your role does not allow this. Ask your lead if you need it.",
    "console.forged": "This request did not come from the console's own page. Load the page again.",
    "console.large": "That is too large to send. Shorten it and send it again.",
    "console.body": "The request is not as the console's page sends it. Load the page again.",
    "console.missing": "There is nothing at this address, or it is not yours to see.",
    "console.failed": "That did not work; the fault is on our side and was noted. Try again.",
    "port.taken": "Port {port} is taken. Stop the other program, or set WAYMARK_PORT to another number.",
}


class WaymarkError(Exception):
    """An error with a sentence for a person. `code` is a key of SENTENCES; `values` fill it."""

    def __init__(self, code: str, **values: object) -> None:
        self.code = code
        self.values = values
        super().__init__(SENTENCES[code].format(**values))
