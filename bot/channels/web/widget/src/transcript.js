// The conversation as this tab shows it, and which of the server's numbered messages it has seen.
import { tab } from './storage.js';

const KEY = 'transcript';
const KEPT = 200;

const empty = () => ({ session: null, lastSeq: 0, ahead: [], entries: [] });

export class Transcript {
  constructor() {
    this.state = { ...empty(), ...tab.read(KEY, {}) };
    // What is told in a report, and what it says, is shown and not kept on this device.
    this.fleeting = false;
  }

  get entries() {
    return this.state.entries;
  }

  /** The highest number up to which nothing is missing, for the session asked about. */
  lastSeq(session) {
    return session && session === this.state.session ? this.state.lastSeq : 0;
  }

  /** Numbers start again when the server gives another session. */
  belongsTo(session) {
    if (this.state.session === session) return;
    Object.assign(this.state, { session, lastSeq: 0, ahead: [] });
    this.save();
  }

  addUser(entry) {
    this.state.entries.push({ ...entry, who: 'user', fleeting: this.fleeting });
    this.save();
  }

  /**
   * Takes in one bot_uttered. Returns the index where it is to be shown, or -1 when it was seen before. Stock Rasa
   * servers number nothing: their messages are always new.
   */
  addBot(entry) {
    if (!this.isNew(entry)) return -1;
    const { entries } = this.state;
    let index = entries.length;
    if (Number.isInteger(entry.seq)) {
      // A live message can overtake the replay of those before it.
      const later = entries.findIndex((other) => other.who === 'bot' && other.seq > entry.seq);
      if (later >= 0) index = later;
    }
    const fleeting = Boolean(entry.metadata && entry.metadata.fleeting);
    entries.splice(index, 0, { ...entry, who: 'bot', fleeting });
    this.save();
    return index;
  }

  /** Puts a mediator's new words into the message that they replace; that entry, or null when it is not here. */
  edit(entry) {
    const edits = entry.metadata && entry.metadata.edits;
    const old = Number.isInteger(edits) && this.state.entries.find((one) => one.who === 'bot' && one.seq === edits);
    if (!old) return null;
    if (!this.isNew(entry)) return null;
    const { attachments } = old.metadata || {};
    Object.assign(old, { text: entry.text, metadata: { ...entry.metadata, attachments }, edited: true });
    this.save();
    return old;
  }

  isNew({ seq, message_id: id }) {
    const { state } = this;
    if (id && state.entries.some((entry) => entry.who === 'bot' && entry.message_id === id)) {
      this.seen(seq);
      return false;
    }
    if (!Number.isInteger(seq)) return true;
    if (seq <= state.lastSeq || state.ahead.includes(seq)) return false;
    this.seen(seq);
    return true;
  }

  seen(seq) {
    const { state } = this;
    if (!Number.isInteger(seq) || seq <= state.lastSeq || state.ahead.includes(seq)) return;
    state.ahead.push(seq);
    while (state.ahead.includes(state.lastSeq + 1)) {
      state.lastSeq += 1;
      state.ahead = state.ahead.filter((other) => other > state.lastSeq);
    }
  }

  save() {
    const { state } = this;
    tab.write(KEY, { ...state, entries: state.entries.filter(({ fleeting }) => !fleeting).slice(-KEPT) });
  }

  clear() {
    this.state = empty();
    tab.remove(KEY);
  }
}
