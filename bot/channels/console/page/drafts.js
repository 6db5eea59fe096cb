// What is being written, by case, kept in this tab alone: it survives a reload and a new sign-in, and ends with the tab.
import { newKey } from './api.js';

const PREFIX = 'waymark.desk.draft.';
const EMPTY = { text: '', translation: null, files: [], reply_to: null };

/** The draft of a case, with the key under which it will be sent. */
export function draftOf(caseId) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(PREFIX + caseId));
    if (kept && typeof kept.text === 'string') return kept;
  } catch {
    // Nothing kept, or nothing readable.
  }
  return { ...EMPTY, key: newKey(), tried: null };
}

export function keepDraft(caseId, draft) {
  try {
    const empty = !draft.text && !draft.files.length;
    if (empty) sessionStorage.removeItem(PREFIX + caseId);
    else sessionStorage.setItem(PREFIX + caseId, JSON.stringify(draft));
  } catch {
    // A browser that keeps nothing: the text stays on the screen.
  }
}

/** The key to send a draft under: the same for the same words, so that a second try doubles nothing; new for other words. */
export function keyFor(draft, words) {
  const said = JSON.stringify(words);
  if (draft.tried !== null && draft.tried !== said) draft.key = newKey();
  draft.tried = said;
  return draft.key;
}

export function forgetDrafts() {
  try {
    Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX)).forEach((key) => sessionStorage.removeItem(key));
  } catch {
    // Nothing was kept.
  }
}
