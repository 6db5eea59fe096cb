// One line of a conversation, in both languages.
import { button, h, icon, safeHref } from './dom.js';
import { has, language, languageName, moment, size, t } from './words.js';

const MARKS = { reviewed: 'good', corrected: 'good', fuzzy: '', machine: '', doubtful: 'warn', failed: 'warn', none: 'warn' };

/** How a translation came about, in a word. */
export function markOf(translation) {
  const name = ['corrected', 'reviewed', 'fuzzy'].includes(translation.kind) ? translation.kind
    : translation.mark === 'doubtful' || translation.mark === 'failed' ? translation.mark : translation.kind;
  return h('span', { class: `chip ${MARKS[name] ?? ''}` }, t(`translation_${name}`));
}

function side(code, direction, text, ...more) {
  return h('div', { class: 'side' }, h('span', { class: 'side-language' }, languageName(code)),
    h('p', { class: 'words', lang: code, dir: direction }, text), ...more);
}

function file(caseId, one) {
  if (one.gone) return h('li', { class: 'file' }, t('file_gone'));
  const address = `/desk/api/cases/${caseId}/files/${one.id}`;
  const shown = one.show === 'picture' ? h('img', { class: 'picture', src: `${address}?show=1`, alt: one.name, loading: 'lazy' })
    : one.show === 'sound' ? h('audio', { controls: true, preload: 'none', src: `${address}?show=1` }) : null;
  return h('li', { class: 'file' }, shown, h('a', { href: address, download: one.name }, icon('file'), h('bdi', {}, one.name), h('span', { class: 'hint' }, size(one.size))),
    one.state === 'unchanged' ? h('p', { class: 'hint' }, t('file_unchanged')) : null);
}

function whoSaid(entry) {
  if (entry.author === 'mediator' || entry.author === 'note') return entry.mine ? t('you') : entry.mediator?.name || t('author_mediator');
  return t(`author_${entry.author}`);
}

function systemLine(entry) {
  const name = `system_${entry.text.replace(/\W/g, '_')}`;
  const short = `system_${entry.text.split(':')[0]}`;
  const words = has(name) ? t(name) : has(short) ? t(short) : t('system_other');
  return h('article', { class: 'entry system', 'data-number': entry.number }, h('p', {}, words, ' ', h('time', {}, moment(entry.sent_at))));
}

function quoted(entry, all) {
  const before = entry.reply_to ? all.get(entry.reply_to) : null;
  if (!before) return null;
  const words = before.translation?.text || before.text;
  return h('blockquote', { class: 'quoted', dir: 'auto' }, words.length > 140 ? `${words.slice(0, 140)}…` : words);
}

/** The element of an entry. `acts`: what the mediator may do with it (correct, edit, answer). */
export function entryElement(entry, { caseId, all, acts }) {
  if (entry.author === 'system') return systemLine(entry);
  const { translation } = entry;
  // What the mediator reads comes first: of the person's words the translation, of their own the words themselves.
  // Where there was nothing to translate with, both texts are the same one: it stands there once, and says so.
  const nothing = translation && (translation.mark === 'none' || translation.mark === 'failed') && translation.text === entry.text;
  const original = side(entry.language, entry.direction, entry.text, nothing ? markOf(translation) : null);
  const translated = translation && !nothing ? side(translation.language, translation.direction, translation.text, markOf(translation)) : null;
  const sides = entry.author === 'person' && translated ? [translated, original] : [original, translated];
  const delivery = entry.delivery !== 'none' && entry.author === 'mediator'
    ? h('span', { class: `delivery ${entry.delivery}` }, t(`delivery_${entry.delivery}`)) : null;
  const does = [];
  if (acts && entry.author === 'person') {
    does.push(button(t('answer_this'), () => acts.answer(entry), { kind: 'quiet' }));
    if (translation) does.push(button(t('correct_translation'), () => acts.correct(entry), { kind: 'quiet' }));
  }
  if (acts && entry.author === 'mediator' && entry.mine && entry.kind === 'text') does.push(button(t('edit'), () => acts.edit(entry), { kind: 'quiet' }));
  const card = entry.kind === 'card' && entry.cards.length ? entry.cards[0] : null;
  const both = entry.text || translation ? h('div', { class: `sides ${translated ? 'two' : ''}` }, ...sides) : null;
  // A card is long, and its name says enough; the whole of it is one tap away.
  const words = card ? h('details', {}, h('summary', { class: 'card-line' }, icon('book'), t('card_sent', { name: card.name })), both) : both;
  return h('article', { class: `entry ${entry.author} ${entry.mine ? 'mine' : ''}`, 'data-number': entry.number, 'aria-label': `${whoSaid(entry)}, ${moment(entry.sent_at)}` },
    h('header', { class: 'entry-head' }, h('strong', {}, h('bdi', {}, whoSaid(entry))), entry.author === 'note' ? h('span', { class: 'chip' }, t('note_private')) : null,
      h('time', {}, moment(entry.sent_at)), entry.edited ? h('span', { class: 'hint' }, t('edited')) : null, delivery),
    quoted(entry, all),
    words,
    entry.attachments.length ? h('ul', { class: 'files' }, entry.attachments.map((one) => file(caseId, one))) : null,
    entry.delivery === 'failed' ? h('p', { class: 'problem' }, t('delivery_failed_hint')) : null,
    does.length ? h('div', { class: 'entry-acts' }, does) : null);
}

/** A row of a directory card as a line. */
export function cardRow(row) {
  const href = safeHref(row.href);
  const value = href ? h('a', { href, target: '_blank', rel: 'noopener noreferrer', dir: 'auto' }, row.value) : h('span', { dir: 'auto' }, row.value);
  return h('div', { class: 'card-row' }, row.label ? h('dt', {}, row.label) : h('dt', { class: 'unseen' }, ''), h('dd', { lang: language() }, value));
}
