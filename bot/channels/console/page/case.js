// One case: who it is about, what was said in both languages, and the place to answer.
import { ask, newKey } from './api.js';
import { openActions } from './actions.js';
import { Composer } from './composer.js';
import { button, fill, h, icon, iconButton } from './dom.js';
import { askWords } from './dialogs.js';
import { entryElement } from './entries.js';
import { marks } from './queue.js';
import { language, languageName, lasting, line, t } from './words.js';

// Signs that the person writes are sent every few seconds; without one for so long it is over.
const TYPING_MS = 8000;

const isAlive = (one) => one.mine && one.state !== 'closed';
const footOf = (one) => (one.state === 'closed' ? 'closed' : one.mine ? 'mine' : one.mediator ? `with ${one.mediator.id}` : 'free');

export class CaseView {
  constructor(desk) {
    this.desk = desk;
    this.case = null;
    this.entries = new Map();
    this.root = h('section', { class: 'case', 'aria-label': t('case') });
    this.clock = setInterval(() => this.case && this.showHead(), 30000);
  }

  /** Shows nothing but how to begin, or begins with a case; the rest comes over the line. */
  open(caseId) {
    if (this.composer) this.composer.leave();
    this.case = null;
    this.isGone = false;
    this.summary = null;
    this.composer = null;
    this.entries = new Map();
    if (!caseId) {
      fill(this.root, h('div', { class: 'nothing' }, icon('speech'), h('p', { class: 'empty-title' }, t('choose_case')), h('p', {}, t('choose_case_hint'))));
      return;
    }
    this.head = h('header', { class: 'case-head' });
    this.log = h('div', { class: 'log', role: 'log', 'aria-label': t('conversation'), tabindex: 0 });
    this.typing = h('p', { class: 'typing', role: 'status' });
    this.foot = h('div', { class: 'case-foot' });
    fill(this.head, h('p', { class: 'hint' }, t('loading')));
    fill(this.root, this.head, this.log, this.typing, this.foot);
    this.load(caseId);
  }

  async load(caseId) {
    try {
      const found = await ask(`/desk/api/cases/${caseId}?language=${language()}`);
      if (this.desk.caseId !== caseId) return;
      this.summary = found.summary;
      this.gotCase(found.case);
      this.head.querySelector('h2')?.focus();
    } catch (error) {
      if (this.desk.caseId !== caseId) return;
      if (error.code === 'desk.unknown') this.gone();
      else this.desk.fail(error);
    }
  }

  gotCase(found) {
    if (found.id !== this.desk.caseId || this.isGone) return;
    const before = this.case;
    this.case = found;
    this.showHead();
    // The place to write stays as it is as long as there is one: somebody may be writing, or sending, in it.
    if (!before || footOf(before) !== footOf(found)) this.showFoot();
    // Who has just taken the case sees from now on what was said before.
    if (before && !before.mine && found.mine) this.desk.live.watch(found.id);
    if (!before) this.showEntries();
    else if (isAlive(before) !== isAlive(found)) this.showActs();
    this.desk.helps.gotCase(found, this.summary);
  }

  showHead() {
    const one = this.case;
    const waits = one.waiting_since ? t('waits', { time: lasting(Date.now() / 1000 - one.waiting_since) }) : t(`state_${one.state}`);
    const focused = this.head.contains(document.activeElement) ? document.activeElement.className : null;
    fill(this.head,
      iconButton(t('to_queue'), () => this.desk.open(''), 'back', { class: 'icon-button to-queue' }),
      h('div', { class: 'case-title' },
        h('h2', { tabindex: -1 }, h('span', { dir: 'ltr' }, one.code), ' ', h('span', { class: 'case-language' }, languageName(one.language))),
        h('p', { class: 'case-line' }, line(one.topic, one.town, waits))),
      h('div', { class: 'case-marks' }, marks(one), one.mediator && !one.mine ? h('span', { class: 'chip' }, t('with_name', { name: one.mediator.name })) : null,
        one.second ? h('span', { class: 'chip' }, t('second_name', { name: one.second.name })) : null),
      h('div', { class: 'case-acts' }, this.actButtons(one)));
    if (focused) this.head.querySelector(`.${focused.split(' ').join('.')}`)?.focus();
  }

  actButtons(one) {
    const helps = iconButton(t('helps'), () => this.desk.showHelps('directory'), 'book', { class: 'icon-button open-helps' });
    if (one.state === 'closed') return [helps];
    if (one.mine || (one.mediator && this.desk.me.roles.includes('lead'))) return [helps, button(t('actions'), () => openActions(this.desk, one), { picture: 'more', class: 'button plain case-more', 'aria-haspopup': 'dialog' })];
    return [helps];
  }

  showFoot() {
    const one = this.case;
    if (this.composer) this.composer.leave();
    this.composer = null;
    if (one.state === 'closed') {
      fill(this.foot, h('p', { class: 'closed-line' }, t(`closed_${one.outcome || 'solved'}`)));
    } else if (one.mine) {
      this.composer = new Composer(this.desk, this, one);
      fill(this.foot, this.composer.root);
    } else if (!one.mediator) {
      fill(this.foot, h('div', { class: 'take' }, h('p', {}, t('take_hint')), button(t('take'), () => this.take(), { kind: 'primary', picture: 'hand' })));
    } else {
      fill(this.foot, h('p', { class: 'closed-line' }, t('reading_along', { name: one.mediator.name })));
    }
  }

  async take() {
    if (!this.case || this.case.mine || this.case.mediator) return;
    const found = await this.desk.act('take');
    if (found) {
      this.gotCase(found.case);
      this.composer?.focus();
    }
  }

  /** An entry came, or changed. The same number again replaces what stands there. */
  gotEntry(entry, isNew) {
    // A line taken up anew tells what the page has already: that does not end what the person is writing now.
    if (entry.author === 'person' && isNew && !this.entries.has(entry.number)) this.personTypes(false);
    this.entries.set(entry.number, entry);
    if (!this.case) return;
    const before = this.log.querySelector(`[data-number="${entry.number}"]`);
    const element = this.element(entry);
    const atEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 120;
    if (before) {
      before.replaceWith(element);
    } else {
      this.log.querySelector('.log-empty')?.remove();
      const after = [...this.log.querySelectorAll('[data-number]')].find((other) => Number(other.dataset.number) > entry.number);
      if (after && after.parentElement === this.log) after.before(element);
      else (entry.kind === 'before' ? this.history() : this.log).append(element);
    }
    if (atEnd || entry.mine) this.log.scrollTop = this.log.scrollHeight;
    if (entry.author === 'note') this.desk.helps.showNotes();
  }

  /** The answer to what this page wrote. The stream may have told of it first, and of its arrival: that is newer, and stays. */
  wrote(entry) {
    const known = this.entries.get(entry.number);
    if (!known || known.text !== entry.text || known.edited !== entry.edited) this.gotEntry(entry, !known);
  }

  element(entry) {
    const acts = isAlive(this.case) ? {
      answer: (one) => this.composer?.answer(one), correct: (one) => this.correct(one), edit: (one) => this.edit(one),
    } : null;
    return entryElement(entry, { caseId: this.case.id, all: this.entries, acts });
  }

  // What was said with the assistant before stands folded above.
  history() {
    let box = this.log.querySelector('details.before');
    if (!box) {
      box = h('details', { class: 'before' }, h('summary', {}, t('before_with_assistant')));
      this.log.prepend(box);
    }
    return box;
  }

  showEntries() {
    fill(this.log);
    const sorted = [...this.entries.values()].sort((one, other) => one.number - other.number);
    sorted.forEach((entry) => (entry.kind === 'before' ? this.history() : this.log).append(this.element(entry)));
    if (!sorted.length) this.log.append(this.emptyLine());
    this.log.scrollTop = this.log.scrollHeight;
  }

  /** What can be done with an entry has changed; where the reader is in the conversation stays. */
  showActs() {
    this.log.querySelectorAll('[data-number]').forEach((element) => element.replaceWith(this.element(this.entries.get(Number(element.dataset.number)))));
  }

  emptyLine() {
    const sees = this.case.mine || this.desk.me.roles.includes('lead');
    const question = this.summary?.question;
    return h('div', { class: 'log-empty' }, h('p', {}, sees ? t('nothing_said') : t('words_after_taking')), question ? h('p', { class: 'words', dir: 'auto' }, question) : null);
  }

  async correct(entry) {
    const words = await askWords({ title: t('correct_translation'), intro: t('correct_intro'), about: entry.text, aboutDirection: entry.direction, value: entry.translation.text, direction: entry.translation.direction, send: t('keep') });
    if (words === null) return;
    const found = await this.desk.act('correct', { number: entry.number, text: words });
    if (found) this.gotEntry(found.entry, false);
  }

  async edit(entry) {
    const words = await askWords({ title: t('edit_title'), intro: t('edit_intro'), value: entry.text, direction: entry.direction, send: t('send') });
    if (words === null || words === entry.text) return;
    const found = await this.desk.act('edit', { number: entry.number, text: words, key: newKey() });
    if (found) this.wrote(found.entry);
  }

  personTypes(on) {
    clearTimeout(this.typingEnds);
    this.typing.textContent = on ? t('person_types') : '';
    if (on) this.typingEnds = setTimeout(() => this.personTypes(false), TYPING_MS);
  }

  /** The line is there (again): what could not be sent is tried once more. */
  connected() {
    this.composer?.connected();
  }

  gone() {
    if (this.composer) this.composer.leave();
    this.case = null;
    this.isGone = true;
    this.composer = null;
    fill(this.root, h('div', { class: 'nothing' }, h('p', { class: 'empty-title' }, t('case_gone')), h('p', {}, t('case_gone_hint')), button(t('to_queue'), () => this.desk.open(''), { kind: 'primary' })));
    this.desk.helps.gotCase(null, null);
  }

  end() {
    if (this.composer) this.composer.leave();
    this.composer = null;
    clearInterval(this.clock);
  }
}
