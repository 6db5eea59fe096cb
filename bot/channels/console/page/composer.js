// The place to answer: write, look at the translation and at what it says when translated back, correct it, send.
import { ask, newKey, post } from './api.js';
import { button, fill, h, icon, iconButton, newId } from './dom.js';
import { draftOf, keepDraft, keyFor } from './drafts.js';
import { markOf } from './entries.js';
import { language, languageName, problem, size, t } from './words.js';

const LONGEST = 4000;
const FILE_LIMIT = 20 * 1024 * 1024;
const TYPING_EVERY_MS = 4000;
const TYPING_ENDS_MS = 6000;

export class Composer {
  constructor(desk, view, one) {
    this.desk = desk;
    this.view = view;
    this.case = one;
    this.draft = draftOf(one.id);
    this.same = desk.me.languages.includes(one.language);
    // Who speaks the person's language writes in it; what they write in their own first one can be translated as well.
    this.own = this.same && desk.me.languages[0] !== one.language ? desk.me.languages[0] : null;
    this.asked = null;
    this.unsent = null;
    this.busy = false;
    const id = newId('reply');
    this.area = h('textarea', { id, rows: 2, maxlength: LONGEST, placeholder: t('reply_placeholder'), oninput: () => this.typed(), onkeydown: (event) => this.key(event) });
    this.area.value = this.draft.text;
    this.quote = h('div', { class: 'quote-line' });
    this.files = h('ul', { class: 'chosen-files' });
    this.checked = h('div', { class: 'checked' });
    this.problem = h('p', { class: 'problem', role: 'alert', hidden: true });
    this.chooser = h('input', { type: 'file', class: 'unseen', tabindex: -1, 'aria-hidden': 'true', multiple: true, onchange: () => this.choose() });
    this.choices = h('div', { class: 'composer-acts' });
    const written = this.same ? one.language : desk.me.languages[0];
    this.root = h('form', { class: 'composer', onsubmit: (event) => event.preventDefault() },
      this.quote, h('label', { for: id, class: 'composer-label' }, t('reply_in', { language: languageName(written) })), this.area, this.files, this.checked, this.problem, this.chooser, this.choices);
    this.showFiles();
    this.showQuote();
    this.showChoices();
    this.grow();
    if (this.draft.translation) this.check(this.draft.from);
  }

  focus() {
    this.area.focus();
  }

  keep() {
    this.draft.text = this.area.value;
    keepDraft(this.case.id, this.draft);
  }

  grow() {
    // The text finds its own direction; the placeholder keeps that of the page.
    if (this.area.value) this.area.dir = 'auto';
    else this.area.removeAttribute('dir');
    this.area.style.height = 'auto';
    this.area.style.height = `${Math.min(this.area.scrollHeight + 2, 260)}px`;
  }

  typed() {
    this.grow();
    if (this.draft.translation || this.unusable || this.asked) this.uncheck();
    this.keep();
    this.showChoices();
    const now = Date.now();
    if (now - (this.told || 0) > TYPING_EVERY_MS) {
      this.told = now;
      this.tellTyping(true);
    }
    clearTimeout(this.typingEnds);
    this.typingEnds = setTimeout(() => this.tellTyping(false), TYPING_ENDS_MS);
  }

  // Whether the person sees that somebody writes is nothing to trouble the mediator with.
  tellTyping(on) {
    if (!on) {
      if (!this.told) return;
      this.told = 0;
      clearTimeout(this.typingEnds);
    }
    post(`/desk/api/cases/${this.case.id}/typing`, { on }).catch(() => {});
  }

  key(event) {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    if (this.asked) this.check(this.asked);
    else if (this.unusable && !this.draft.translation) this.send(true);
    else if (this.same || this.draft.translation || !this.area.value.trim()) this.send();
    else this.check();
  }

  showChoices() {
    const ready = this.area.value.trim() || this.draft.files.length;
    const words = this.area.value.trim();
    const untranslated = this.unusable && !this.draft.translation && words;
    const checks = !this.same || this.asked || this.draft.from;
    const check = (kind, more) => button(t('check_translation'), () => this.check(this.asked || (this.same ? this.own : null)), { kind, ...more });
    const main = this.asked ? check('primary', { class: 'button primary main-act' }) : untranslated ? button(t('send_untranslated'), () => this.send(true), { kind: 'primary', picture: 'send', class: 'button primary main-act' }) : this.same || this.draft.translation || (!words && this.draft.files.length)
      ? button(t('send'), () => this.send(), { kind: 'primary', picture: 'send', class: 'button primary main-act' })
      : check('primary', { class: 'button primary main-act' });
    main.disabled = !ready || this.busy;
    const had = document.activeElement?.classList.contains('main-act') && this.choices.contains(document.activeElement);
    fill(this.choices,
      iconButton(t('add_file'), () => this.chooser.click(), 'file'),
      iconButton(t('phrases'), () => this.desk.showHelps('phrases'), 'speech'),
      iconButton(t('directory'), () => this.desk.showHelps('directory'), 'book', { class: 'icon-button wide-only' }),
      h('span', { class: 'grow' }),
      this.own && words && !checks ? check('quiet') : null,
      checks && words && !untranslated ? button(t('send_untranslated'), () => this.send(true), { kind: 'quiet' }) : null,
      main);
    if (had) main.focus();
  }

  fail(error) {
    this.problem.hidden = !error;
    this.problem.textContent = error ? problem(error) : '';
  }

  /** Asks for the translation and shows it beside what it means when translated back. `from`: the language of the words, if known. */
  async check(from = null) {
    const text = this.area.value.trim();
    if (!text || this.busy) return;
    this.busy = true;
    this.showChoices();
    fill(this.checked, h('p', { class: 'hint', role: 'status' }, t('translating')));
    try {
      const found = await post(`/desk/api/cases/${this.case.id}/draft`, { text, language: from });
      if (text !== this.area.value.trim()) return;
      this.asked = null;
      this.draft.from = from;
      this.fail(null);
      this.showChecked(found);
    } catch (error) {
      fill(this.checked);
      this.fail(error);
    } finally {
      this.busy = false;
      this.showChoices();
    }
  }

  showChecked({ translation, back }) {
    const kept = this.draft.translation;
    const usable = translation.mark !== 'failed' && translation.mark !== 'none';
    const id = newId('translation');
    this.machine = usable ? translation.text : '';
    this.unusable = !usable;
    this.corrected = h('textarea', { id, rows: 3, maxlength: LONGEST, lang: translation.language, dir: translation.direction, oninput: () => this.correcting(), onkeydown: (event) => this.key(event) });
    this.corrected.value = kept && kept !== true ? kept : this.machine;
    this.draft.translation = usable ? this.corrected.value : kept || null;
    this.mark = h('span', {}, markOf(translation));
    const general = newId('general');
    this.general = h('input', { type: 'checkbox', id: general });
    this.generalLine = h('div', { class: 'check-line', hidden: true }, this.general, h('label', { for: general }, t('general_sentence')));
    fill(this.checked,
      usable ? null : this.ways(),
      h('div', { class: 'two-sides' },
        h('div', { class: 'checked-side' }, h('label', { for: id }, t('person_will_read', { language: languageName(translation.language) })), this.corrected, this.mark, this.generalLine),
        usable ? h('div', { class: 'checked-side' }, h('p', { class: 'label' }, t('translated_back')), 
          back.mark === 'failed' || back.mark === 'none' ? h('p', { class: 'hint' }, t('no_way_back'))
            : [h('p', { class: 'words back', lang: back.language, dir: back.direction }, back.text), h('p', { class: 'hint' }, t('translated_back_hint'))]) : null));
    this.correcting();
    this.checked.scrollIntoView({ block: 'nearest' });
  }

  correcting() {
    const words = this.corrected.value.trim();
    this.draft.translation = words || null;
    const own = words && words !== this.machine.trim();
    this.generalLine.hidden = !own;
    if (own) fill(this.mark, markOf({ kind: 'corrected', mark: 'reviewed' }));
    this.keep();
    this.showChoices();
  }

  /** What can be done where nothing translates: a colleague with the language, an interpreter, a language that both know a little. */
  ways() {
    const colleagues = h('p', {});
    ask(`/desk/api/cases/${this.case.id}/ways`).then((found) => {
      if (found.colleagues.length) colleagues.textContent = t('colleagues_with_language', { name: found.colleagues.map((one) => one.name).join(', ') });
    }).catch(() => {});
    return h('div', { class: 'notice' }, h('p', {}, t('no_translation')), h('p', {}, t('no_translation_ways')), colleagues,
      button(t('find_interpreter'), () => {
        this.desk.showHelps('directory');
        this.desk.helps.searchFor(t('interpreter'));
      }, { kind: 'plain', picture: 'search' }));
  }

  /** The words are in another language than the person reads: nothing was sent, and what is meant is asked. */
  question({ language: from, reads }) {
    this.asked = from;
    this.fail(null);
    fill(this.checked, h('p', { class: 'notice', role: 'alert' }, t('other_language', { language: languageName(from), reads: languageName(reads) })));
  }

  uncheck() {
    this.draft.translation = null;
    this.draft.from = null;
    this.asked = null;
    this.unusable = false;
    fill(this.checked);
  }

  /** What is sent: the translation goes along only where the mediator wrote it, so that a machine's words stay marked as such. */
  words(untranslated) {
    const own = this.draft.translation && this.draft.translation !== this.machine?.trim();
    return {
      text: this.area.value.trim(), translation: !untranslated && own ? this.draft.translation : null, untranslated,
      language: untranslated ? null : this.draft.from || null,
      attachments: this.draft.files.map((file) => file.id), reply_to: this.draft.reply_to,
      general: Boolean(own && !untranslated && this.general?.checked),
    };
  }

  async send(untranslated = false) {
    if (this.busy || !(this.area.value.trim() || this.draft.files.length)) return;
    const words = this.words(untranslated);
    const key = keyFor(this.draft, words);
    this.keep();
    this.busy = true;
    this.showChoices();
    try {
      const found = await post(`/desk/api/cases/${this.case.id}/reply?language=${language()}`, { ...words, key });
      this.sent();
      this.view.wrote(found.entry);
      if (found.kept) this.desk.tell(found.kept === 'kept' ? t('kept_for_review') : t('not_kept'), found.kept === 'kept' ? 'good' : '');
    } catch (error) {
      // Kept on the screen and in this tab; the key makes a second try harmless.
      this.unsent = error.code === 'network' ? { untranslated } : null;
      if (error.code === 'desk.language') this.question(error.values);
      else this.fail(error);
      if (this.unsent) this.problem.textContent = t('not_sent_yet');
    } finally {
      this.busy = false;
      this.showChoices();
    }
  }

  sent() {
    this.tellTyping(false);
    this.unsent = null;
    this.fail(null);
    this.area.value = '';
    this.draft = { text: '', translation: null, files: [], reply_to: null, key: newKey(), tried: null };
    keepDraft(this.case.id, this.draft);
    this.uncheck();
    this.showFiles();
    this.showQuote();
    this.grow();
    this.area.focus();
  }

  connected() {
    if (this.unsent && !this.busy) this.send(this.unsent.untranslated);
  }

  answer(entry) {
    this.draft.reply_to = entry.number;
    this.keep();
    this.showQuote();
    this.focus();
  }

  showQuote() {
    const entry = this.draft.reply_to ? this.view.entries.get(this.draft.reply_to) : null;
    fill(this.quote, entry ? [h('blockquote', { class: 'quoted', dir: 'auto' }, (entry.translation?.text || entry.text).slice(0, 140)), iconButton(t('answer_none'), () => {
      this.draft.reply_to = null;
      this.keep();
      this.showQuote();
    }, 'close')] : null);
  }

  /** Puts words into the field, behind what stands there. */
  insert(text) {
    this.area.value = [this.area.value.trim(), text].filter(Boolean).join('\n');
    this.typed();
    this.focus();
  }

  async choose() {
    const chosen = [...this.chooser.files];
    this.chooser.value = '';
    for (const file of chosen) await this.upload(file);
  }

  async upload(file) {
    if (file.size > FILE_LIMIT) {
      this.fail({ code: 'attachment.large', values: { limit: 20 }, message: '' });
      return;
    }
    const waiting = h('li', {}, icon('file'), h('bdi', {}, file.name), h('span', { class: 'hint' }, t('uploading')));
    this.files.append(waiting);
    try {
      const found = await ask(`/desk/api/cases/${this.case.id}/files?language=${language()}`, {
        method: 'POST', raw: file, patience: 180000,
        headers: { 'Content-Type': file.type || 'application/octet-stream', 'X-File-Name': encodeURIComponent(file.name), 'X-File-Key': newKey() },
      });
      this.draft.files.push(found.file);
      this.fail(null);
      this.keep();
    } catch (error) {
      this.fail(error);
    }
    waiting.remove();
    this.showFiles();
    this.showChoices();
  }

  showFiles() {
    fill(this.files, this.draft.files.map((file) => h('li', {}, icon('file'), h('bdi', {}, file.name), h('span', { class: 'hint' }, size(file.size)), iconButton(t('remove_file', { name: file.name }), () => {
      this.draft.files = this.draft.files.filter((other) => other.id !== file.id);
      this.keep();
      this.showFiles();
      this.showChoices();
    }, 'close'))));
  }

  leave() {
    this.keep();
    this.tellTyping(false);
  }
}
