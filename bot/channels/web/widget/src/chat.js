// The conversation on the screen: puts together panel, connection and what this device remembers.
import { Connection } from './connection.js';
import { h } from './dom.js';
import { botMessage, hasContent, showDelivery, userMessage } from './message.js';
import { sendFile } from './files.js';
import { Newest } from './newest.js';
import { newId, outbox } from './outbox.js';
import { buildPanel, onThreeEscapes } from './panel.js';
import { canRead, onVoices, stopReading } from './speech.js';
import { clearAll, onEndedElsewhere, tab } from './storage.js';
import { richText } from './text.js';
import { Transcript } from './transcript.js';

// A message that is through sooner needs no "Sending…".
const SENDING_AFTER_MS = 700;
const TYPING_FOR_MS = 30000;
// Banners for a blink of disconnection would only frighten.
const OFFLINE_AFTER_MS = 1500;

export class Chat {
  constructor(settings, wording) {
    Object.assign(this, { settings, wording });
    this.transcript = new Transcript();
    this.elements = new Map();
    this.files = new Map();
    this.unread = () => {};
    this.isOpen = () => true;
    this.panel = buildPanel(wording, settings.page, {
      send: (text) => this.send(text),
      attach: (file) => this.attach(file),
      writes: (on) => this.connection.writes(on),
      language: (code) => this.chooseLanguage(code),
      exit: () => this.exit(),
      forget: () => this.forget(),
      close: () => this.close(),
    });
    this.newest = new Newest(this.panel.log.parentElement, this.panel.newest);
    this.connection = new Connection(settings, this.transcript, {
      state: (state) => this.showState(state),
      said: (entry) => this.said(entry),
      typing: (on) => this.showTyping(on),
      owner: (mode) => this.ownedBy(mode),
      sent: (id) => this.delivered(id),
      late: (id) => this.delivery(id, 'late'),
    }, () => wording.customData());
    onEndedElsewhere(() => {
      this.connection.endedElsewhere();
      this.empty();
    });
    onThreeEscapes(() => this.isOpen(), () => this.exit());
    onVoices(() => this.refreshReadButtons());
    this.restore();
    this.applyLanguage();
  }

  start() {
    this.connection.start();
  }

  // Messages that waited in another page's outbox are shown again, so that nobody wonders what is being sent.
  restore() {
    const shown = new Set(this.transcript.entries.map((entry) => entry.id));
    outbox.all().filter(({ message_id: id }) => !shown.has(id)).forEach(({ message_id: id, message, title }) => {
      this.transcript.addUser({ id, text: title || message });
    });
    const waiting = new Set(outbox.all().map(({ message_id: id }) => id));
    this.transcript.entries.forEach((entry) => {
      this.panel.log.append(this.render(entry));
      if (waiting.has(entry.id)) this.delivery(entry.id, 'sending');
    });
    this.showWelcome();
    this.scroll(true);
    // Live only now: what was here before is not read out again.
    this.panel.log.setAttribute('aria-live', 'polite');
  }

  render(entry) {
    if (entry.who === 'bot') return botMessage(entry, this.wording, (payload, title) => this.send(payload, title), this.settings.server);
    const element = userMessage(entry, this.wording);
    this.elements.set(entry.id, element);
    return element;
  }

  send(message, title) {
    const id = this.connection.send(message, title);
    const entry = { id, text: title || message };
    this.transcript.addUser(entry);
    this.panel.log.append(this.render({ ...entry, who: 'user' }));
    if (this.panel.banner.classList.contains('notice')) {
      this.panel.banner.classList.remove('notice');
      this.showState(this.state, true);
    }
    this.showWelcome();
    this.scroll(true);
    setTimeout(() => {
      if (this.isWaiting(id)) this.delivery(id, 'sending');
    }, SENDING_AFTER_MS);
  }

  /** A mediator or the report desk has the conversation, or the assistant has it again. */
  ownedBy(mode) {
    this.withPerson = mode === 'desk';
    this.transcript.fleeting = mode === 'report';
    this.panel.showAttach(mode === 'desk' || mode === 'report');
  }

  attach(file) {
    const id = newId();
    const entry = { id, text: '', file: file.name };
    this.files.set(id, file);
    this.transcript.addUser(entry);
    this.panel.log.append(this.render({ ...entry, who: 'user' }));
    this.showWelcome();
    this.scroll(true);
    this.upload(id);
  }

  // Unlike words a file cannot wait on this device: what is not sent when the page is closed has to be chosen again.
  async upload(id) {
    this.delivery(id, 'sending');
    const { server } = this.settings;
    const failed = await sendFile(server, this.connection.session, id, this.files.get(id), this.wording.language);
    if (!failed) this.files.delete(id);
    this.delivery(id, failed && (failed.text ? failed : failed.key));
  }

  isWaiting(id) {
    return outbox.all().some((message) => message.message_id === id);
  }

  delivered(id) {
    this.delivery(id, null);
  }

  delivery(id, state) {
    const element = this.elements.get(id);
    if (!element) return;
    showDelivery(element, state, this.wording, () => {
      if (this.files.has(id)) {
        this.upload(id);
        return;
      }
      this.delivery(id, 'sending');
      this.connection.retry(id);
    });
  }

  said(entry) {
    this.followLanguage(entry.metadata && entry.metadata.chosen_language);
    if (entry.metadata && entry.metadata.owner) this.ownedBy(entry.metadata.owner);
    const nearEnd = this.newest.nearEnd();
    const changed = this.transcript.edit(entry);
    if (changed) {
      this.redraw(changed);
      return;
    }
    const index = this.transcript.addBot(entry);
    if (index < 0 || !hasContent(entry)) return;
    this.showTyping(false);
    const { log } = this.panel;
    const shownBefore = this.transcript.entries.slice(0, index).filter((one) => one.who === 'user' || hasContent(one)).length;
    const shown = this.render({ ...entry, who: 'bot' });
    log.insertBefore(shown, log.children[shownBefore] || null);
    this.showWelcome();
    // In a talk between people the newest words are wanted; an answer of the assistant is read from the question on.
    this.scroll(nearEnd, shown.classList.contains('human') ? shown : null);
    this.newest.came(shown);
    if (!this.isOpen()) this.unread(true);
  }

  /** A mediator changed earlier words: they change where they stand. */
  redraw(entry) {
    const { log } = this.panel;
    const before = this.transcript.entries.slice(0, this.transcript.entries.indexOf(entry));
    const shown = before.filter((one) => one.who === 'user' || hasContent(one)).length;
    if (log.children[shown]) log.children[shown].replaceWith(this.render(entry));
  }

  // A long answer is read from its beginning: scroll no further than the person's last message.
  scroll(wanted, newest = null) {
    if (!wanted) return;
    const own = this.panel.log.querySelectorAll('.message.user');
    this.newest.show(newest || own[own.length - 1]);
  }

  showWelcome() {
    this.panel.welcome.hidden = this.panel.log.childElementCount > 0;
  }

  showState(state, anew = false) {
    // Every failed attempt says "offline" again: that must not put the banner off.
    if (state === this.state && !anew) return;
    this.state = state;
    clearTimeout(this.stateTimer);
    const { banner } = this.panel;
    if (banner.classList.contains('notice')) return;
    const show = (key) => {
      banner.textContent = key ? this.wording.text(key) : '';
      banner.className = `banner ${key || ''}`;
    };
    if (state === 'offline') this.stateTimer = setTimeout(() => show('offline'), navigator.onLine ? OFFLINE_AFTER_MS : 0);
    else if (state === 'connecting') this.stateTimer = setTimeout(() => show('connecting'), OFFLINE_AFTER_MS);
    else show(null);
  }

  notice(key) {
    const { banner } = this.panel;
    clearTimeout(this.stateTimer);
    banner.className = 'banner notice';
    banner.textContent = this.wording.text(key);
  }

  showTyping(on) {
    clearTimeout(this.typingTimer);
    const { typing } = this.panel;
    if (on === typing.classList.contains('on')) return;
    typing.classList.toggle('on', on);
    typing.replaceChildren();
    if (!on) return;
    const dots = h('span', { class: 'dots', 'aria-hidden': 'true' }, h('i'), h('i'), h('i'));
    typing.append(dots, h('span', {}, this.wording.text(this.withPerson ? 'typing_person' : 'typing')));
    this.typingTimer = setTimeout(() => this.showTyping(false), TYPING_FOR_MS);
  }

  chooseLanguage(code) {
    this.wording.choose(code);
    this.applyLanguage();
    this.connection.languageChanged();
  }

  /** The person chose another language in the conversation itself: the words around it change along. */
  followLanguage(code) {
    if (!this.wording.follow(code)) return;
    this.panel.select.value = code;
    this.applyLanguage();
  }

  applyLanguage() {
    const { wording, panel, settings } = this;
    panel.root.lang = wording.language;
    panel.root.dir = wording.direction;
    if (settings.page) {
      document.documentElement.lang = wording.language;
      document.documentElement.dir = wording.direction;
    }
    panel.welcome.querySelector('.welcome-danger').replaceChildren(
      ...richText(wording.text('danger'), { emergency: true, rightToLeft: wording.direction === 'rtl' }),
    );
    panel.banner.classList.remove('notice');
    this.showState(this.state, true);
  }

  refreshReadButtons() {
    this.panel.log.querySelectorAll('.read').forEach((button) => {
      button.hidden = !canRead(button.dataset.language);
    });
  }

  empty() {
    stopReading();
    this.elements.clear();
    this.files.clear();
    this.ownedBy('assistant');
    this.panel.log.replaceChildren();
    this.wording.prune(this.panel.root);
    this.showTyping(false);
    this.newest.none();
    this.showWelcome();
  }

  async forget() {
    const asked = this.connection.forget();
    this.empty();
    this.panel.clearField();
    this.panel.field.focus();
    this.notice((await asked) ? 'forgotten' : 'forgotten_here');
  }

  // Out at once: nothing stays on this device, and the page cannot be come back to.
  exit() {
    this.connection.stop();
    this.empty();
    clearAll();
    this.panel.root.remove();
    document.documentElement.hidden = true;
    try {
      window.top.location.replace(this.settings.exitUrl);
    } catch {
      window.location.replace(this.settings.exitUrl);
    }
  }

  close() {}

  rememberOpen(open) {
    tab.write('open', open);
  }
}
