// Beside the case: the directory, phrases, notes for colleagues, and what is known of the case.
import { ask, newKey } from './api.js';
import { button, fill, h, icon, iconButton, newId } from './dom.js';
import { cardRow, entryElement } from './entries.js';
import { language, problem, t } from './words.js';

const TABS = [['directory', 'book'], ['phrases', 'speech'], ['notes', 'note'], ['about', 'info']];
const SEARCH_PAUSE_MS = 350;

export class Helps {
  constructor(desk) {
    this.desk = desk;
    this.case = null;
    this.buttons = new Map();
    this.panels = new Map();
    const list = h('div', { class: 'tabs', role: 'tablist', 'aria-label': t('helps'), onkeydown: (event) => this.arrow(event) });
    TABS.forEach(([name, picture]) => {
      const tab = newId('tab');
      const panel = newId('panel');
      const one = h('button', { type: 'button', role: 'tab', id: tab, class: 'tab', 'aria-controls': panel, onclick: () => this.choose(name, false) }, icon(picture), h('span', {}, t(name)));
      this.buttons.set(name, one);
      this.panels.set(name, h('div', { class: 'help-panel', role: 'tabpanel', id: panel, 'aria-labelledby': tab, tabindex: 0 }));
      list.append(one);
    });
    this.root = h('aside', { class: 'helps', 'aria-label': t('helps') },
      h('div', { class: 'helps-head' }, list, iconButton(t('close_dialog'), () => desk.hideHelps(), 'close', { class: 'icon-button close-helps' })), [...this.panels.values()]);
    this.build();
    this.choose('directory', false);
  }

  arrow(event) {
    const names = TABS.map(([name]) => name);
    const forward = document.documentElement.dir === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
    if (!['ArrowLeft', 'ArrowRight'].includes(event.key)) return;
    event.preventDefault();
    const step = event.key === forward ? 1 : -1;
    const next = names[(names.indexOf(this.chosen) + step + names.length) % names.length];
    this.choose(next, false);
    this.buttons.get(next).focus();
  }

  /** Shows a tab; with `focus` the place to begin in it takes the keyboard. */
  choose(name, focus = true) {
    this.chosen = name;
    this.buttons.forEach((one, key) => {
      one.setAttribute('aria-selected', String(key === name));
      one.tabIndex = key === name ? 0 : -1;
    });
    this.panels.forEach((panel, key) => {
      panel.hidden = key !== name;
    });
    if (focus) (this.panels.get(name).querySelector('input, textarea, button') || this.panels.get(name)).focus();
    if (name === 'phrases') this.loadPhrases();
  }

  build() {
    this.results = h('div', { class: 'results', 'aria-live': 'polite' });
    const id = newId('search');
    this.search = h('input', { id, type: 'search', placeholder: t('directory_placeholder'), maxlength: 300, oninput: () => this.soon() });
    fill(this.panels.get('directory'), h('label', { for: id, class: 'unseen' }, t('directory_search')), h('div', { class: 'search' }, icon('search'), this.search), this.results);
    fill(this.results, h('p', { class: 'hint' }, t('directory_hint')));
    this.phrases = h('div', { class: 'results' });
    const filter = newId('filter');
    this.filter = h('input', { id: filter, type: 'search', placeholder: t('phrases_placeholder'), oninput: () => this.showPhrases() });
    fill(this.panels.get('phrases'), h('label', { for: filter, class: 'unseen' }, t('phrases_placeholder')), h('div', { class: 'search' }, icon('search'), this.filter), this.phrases);
    const note = newId('note');
    this.note = h('textarea', { id: note, rows: 3, maxlength: 4000 });
    this.notes = h('div', { class: 'notes' });
    this.noteForm = h('form', { onsubmit: (event) => this.addNote(event) }, h('label', { for: note }, t('note_label')), this.note, h('p', { class: 'hint' }, t('note_hint')),
      h('div', { class: 'choices' }, button(t('note_keep'), null, { kind: 'primary', type: 'submit' })));
    fill(this.panels.get('notes'), this.noteForm, this.notes);
  }

  open() {
    this.case = null;
    fill(this.notes);
    fill(this.panels.get('about'), h('p', { class: 'hint' }, t('choose_case')));
    this.noteKey = newKey();
    this.note.value = '';
  }

  gotCase(one, summary) {
    const before = this.case;
    this.case = one;
    if (!one) {
      this.open();
      return;
    }
    this.showAbout(one, summary);
    this.noteForm.hidden = !this.canSend;
    const closes = before && (before.state === 'closed') !== (one.state === 'closed');
    if (closes) this.find();
    if (!before || closes || before.mine !== one.mine) {
      this.showNotes();
      if (this.chosen === 'phrases') this.loadPhrases();
    }
  }

  get canSend() {
    return Boolean(this.case && this.case.mine && this.case.state !== 'closed');
  }

  soon() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.find(), SEARCH_PAUSE_MS);
  }

  searchFor(words) {
    this.search.value = words;
    this.find();
  }

  async find() {
    const question = this.search.value.trim();
    if (!question) {
      fill(this.results, h('p', { class: 'hint' }, t('directory_hint')));
      return;
    }
    try {
      const { records } = await ask(`/desk/api/directory?language=${language()}&q=${encodeURIComponent(question)}`);
      if (question !== this.search.value.trim()) return;
      fill(this.results, records.length ? records.map((record) => this.card(record)) : h('p', { class: 'hint' }, t('directory_none')));
    } catch (error) {
      fill(this.results, h('p', { class: 'problem' }, problem(error)));
    }
  }

  card(record) {
    const key = newKey();
    const insert = button(t('insert_card'), async () => {
      insert.disabled = true;
      const found = await this.desk.act('card', { record: record.id, key });
      insert.disabled = false;
      if (!found) return;
      this.desk.view.wrote(found.entry);
      this.desk.hideHelps();
      this.desk.tell(t('card_sent_done'), 'good');
    }, { kind: 'plain', picture: 'send' });
    return h('article', { class: 'record' }, h('h3', { dir: 'auto' }, record.name), record.alternate_name ? h('p', { class: 'hint', dir: 'auto' }, record.alternate_name) : null,
      h('p', { dir: 'auto' }, record.description), h('dl', {}, record.rows.map(cardRow)), h('p', { class: 'hint' }, record.assured),
      record.reviewed ? null : h('span', { class: 'chip' }, t('translation_machine')), this.canSend ? insert : null);
  }

  async loadPhrases() {
    if (!this.canSend) {
      fill(this.phrases, h('p', { class: 'hint' }, t('phrases_after_taking')));
      return;
    }
    try {
      this.found = (await ask(`/desk/api/cases/${this.case.id}/phrases`)).groups;
      this.showPhrases();
    } catch (error) {
      fill(this.phrases, h('p', { class: 'problem' }, problem(error)));
    }
  }

  showPhrases() {
    if (!this.canSend) return;
    const wanted = this.filter.value.trim().toLocaleLowerCase();
    const parts = (this.found || []).map((topic) => {
      const fitting = topic.phrases.filter((one) => !wanted || one.text.toLocaleLowerCase().includes(wanted));
      return fitting.length ? h('section', {}, h('h3', {}, t(`phrases_${topic.name}`)), fitting.map((one) => this.phrase(one))) : null;
    }).filter(Boolean);
    fill(this.phrases, parts.length ? parts : h('p', { class: 'hint' }, t('phrases_none')));
  }

  phrase(one) {
    const send = button(t('insert_phrase'), async () => {
      send.disabled = true;
      const found = await this.desk.act('phrase', { phrase: one.id, key: newKey() });
      send.disabled = false;
      if (!found) return;
      this.desk.view.wrote(found.entry);
      this.desk.hideHelps();
    }, { kind: 'plain', picture: 'send' });
    const there = one.there ? h('p', { class: 'hint words', lang: one.there.language, dir: one.there.direction }, one.there.text) : null;
    return h('article', { class: 'record' }, h('p', { dir: 'auto' }, one.text), there,
      this.canSend ? h('div', { class: 'choices' }, send, button(t('into_text'), () => {
        this.desk.hideHelps();
        this.desk.view.composer?.insert(one.text);
      }, { kind: 'quiet', picture: 'pen' })) : null);
  }

  async addNote(event) {
    event.preventDefault();
    const text = this.note.value.trim();
    if (!text) return;
    const found = await this.desk.act('note', { text, key: this.noteKey });
    if (!found) return;
    this.noteKey = newKey();
    this.note.value = '';
    this.desk.view.wrote(found.entry);
  }

  showNotes() {
    const found = [...this.desk.view.entries.values()].filter((entry) => entry.author === 'note');
    fill(this.notes, found.length ? found.reverse().map((entry) => entryElement(entry, { caseId: this.case?.id, all: new Map(), acts: null })) : h('p', { class: 'hint' }, t('notes_none')));
  }

  showAbout(one, summary) {
    const rows = [
      ['about_code', one.code], ['about_language', `${one.language_name} (${one.language_own})`], ['about_topic', one.topic], ['about_town', one.town],
      ['about_state', t(`state_${one.state}`)], ['about_mediator', one.mediator?.name], ['about_second', one.second?.name], ['about_reason', this.reason(one.reason)],
      ['about_tried', summary?.tried?.join('\n')], ['about_question', summary?.question],
    ].filter(([, value]) => value);
    fill(this.panels.get('about'), h('dl', { class: 'about' }, rows.map(([name, value]) => h('div', {}, h('dt', {}, t(name)), h('dd', { dir: 'auto' }, value)))),
      h('p', { class: 'hint' }, t('about_hint')));
  }

  reason(reason) {
    const words = t(`reason_${reason}`);
    return words === `reason_${reason}` ? t('reason_other') : words;
  }
}
