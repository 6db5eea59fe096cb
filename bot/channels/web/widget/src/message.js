// One message as an element: what the person wrote, or what the server said with everything that belongs to it.
import { card, cardAsSpeech } from './cards.js';
import { h, icon, link, safeHref } from './dom.js';
import { fileList } from './files.js';
import { directionOf } from './languages.js';
import { canRead, readAloud, stopReading } from './speech.js';
import { richText, sureLinks } from './text.js';

const KINDS = { danger: 'alert', privacy: 'shield' };

/** The person's own message, with room for its state of delivery. */
export function userMessage(entry, wording) {
  return h('div', { class: 'message user', 'data-id': entry.id },
    h('div', { class: 'bubble' },
      wording.label(h('span', { class: 'unseen' }), 'you'),
      entry.text ? h('p', { class: 'text', dir: 'auto' }, entry.text) : null,
      entry.file ? h('p', { class: 'text' }, icon('clip'), ' ', h('bdi', {}, entry.file)) : null,
    ),
    h('div', { class: 'delivery', hidden: true }),
  );
}

/**
 * Shows 'sending', 'late' (with a button to try again), 'file_large' or the server's own { text } under a message; null when the
 * server has it.
 */
export function showDelivery(element, state, wording, retry) {
  const place = element.querySelector('.delivery');
  place.hidden = !state;
  place.replaceChildren();
  if (!state) return;
  if (typeof state === 'object') {
    place.append(h('span', { class: 'failed', dir: 'auto' }, state.text));
    return;
  }
  place.append(wording.label(h('span'), state));
  if (state === 'late') {
    place.append(wording.label(h('button', { type: 'button', class: 'quiet', onclick: retry }), 'retry'));
  }
}

// Danger comes with numbers to tap, as large as a thumb.
function callButtons(links) {
  const calls = sureLinks(links).filter(({ href }) => /^tel:/i.test(href.trim()));
  // sureLinks sorts by length; the server's order is the order of urgency.
  calls.sort((a, b) => links.indexOf(a) - links.indexOf(b));
  if (!calls.length) return null;
  return h('ul', { class: 'calls' },
    ...calls.map(({ text, href, label }) =>
      h('li', {},
        link(safeHref(href), { class: 'call' }, icon('phone'),
          h('span', {}, h('bdi', { dir: 'ltr' }, text), label ? h('span', { class: 'call-label' }, label) : null),
        ),
      ),
    ),
  );
}

function quickReplies(replies, choose, speech) {
  const usable = (Array.isArray(replies) ? replies : []).filter((one) => one && one.title);
  if (!usable.length) return null;
  return h('ul', { class: 'replies', ...speech },
    ...usable.map((one) => {
      const href = one.content_type === 'web_url' ? safeHref(one.payload) : null;
      const payload = one.payload === undefined || one.payload === null ? one.title : String(one.payload);
      return h('li', {},
        href
          ? link(href, { class: 'reply' }, icon('link'), h('span', {}, one.title))
          : h('button', { type: 'button', class: 'reply', onclick: () => choose(payload, one.title) }, one.title),
      );
    }),
  );
}

// A picture is offered, not loaded: loading it would tell its host who is asking.
function attachment(one, wording) {
  const href = one && one.payload && safeHref(one.payload.src);
  return href ? h('p', {}, link(href, { class: 'action' }, icon('link'), wording.label(h('span'), 'picture'))) : null;
}

function readButton(text, language, wording) {
  const button = h('button', { type: 'button', class: 'tool read', hidden: !canRead(language) }, icon('speaker'), icon('stop'));
  button.dataset.language = language;
  wording.label(button, 'read', 'aria-label');
  wording.label(button, 'read', 'title');
  const label = (key) => ['aria-label', 'title'].forEach((name) => button.setAttribute(name, wording.text(key)));
  const idle = () => {
    button.classList.remove('reading');
    label('read');
  };
  button.addEventListener('click', () => {
    if (button.classList.contains('reading')) {
      stopReading();
      return;
    }
    readAloud(text, language, idle);
    button.classList.add('reading');
    label('stop');
  });
  return button;
}

function original(text, language, wording) {
  const shown = h('p', { class: 'original text', dir: directionOf(language) || 'auto', lang: language, hidden: true }, ...richText(text));
  const button = h('button', { type: 'button', class: 'quiet', 'aria-expanded': 'false' });
  const label = () => {
    button.textContent = wording.text(shown.hidden ? 'original_show' : 'original_hide');
    button.setAttribute('aria-expanded', String(!shown.hidden));
  };
  button.addEventListener('click', () => {
    shown.hidden = !shown.hidden;
    label();
  });
  label();
  return [button, shown];
}

/** Whether an entry has anything to show. */
export function hasContent({ text, quick_replies: replies, attachment: file, metadata }) {
  const cards = metadata && ((metadata.cards && metadata.cards.length && metadata.cards) || metadata.attachments);
  return Boolean(text || (replies && replies.length) || (file && file.payload && file.payload.src) || (cards && cards.length));
}

/** What the server said. `choose(payload, title)` is called for a quick reply; files are fetched from `server`. */
export function botMessage(entry, wording, choose, server) {
  const meta = entry.metadata && typeof entry.metadata === 'object' ? entry.metadata : {};
  const language = typeof meta.language === 'string' ? meta.language : null;
  const direction = /^(ltr|rtl)$/.test(meta.direction) ? meta.direction : directionOf(language);
  const danger = meta.kind === 'danger';
  const links = Array.isArray(meta.links) ? meta.links : [];
  const options = { links, emergency: danger, rightToLeft: direction === 'rtl' };
  const known = (Array.isArray(meta.cards) ? meta.cards : []).filter((one) => one && one.name);
  const calls = danger ? callButtons(links) : null;
  // In danger nobody reads cards: what they hold stands on the buttons to call.
  const cards = calls ? [] : known;
  // The text says the cards once more, for programs that show text alone; the lead is what comes before them.
  const text = known.length && typeof meta.lead === 'string' ? meta.lead : entry.text;
  const spoken = [text, ...cards.map(cardAsSpeech)].filter(Boolean).join('\n');
  const [toggle, translated] = meta.original ? original(String(meta.original), meta.original_language, wording) : [];

  const kindIcon = KINDS[meta.kind] ? icon(KINDS[meta.kind]) : null;
  const heading = danger ? h('p', { class: 'alarm' }, kindIcon, h('strong', {}, wording.textIn(language, 'emergency'))) : null;
  // Without a named language each text finds its own direction.
  const speech = { lang: language, dir: direction };
  // A person wrote this: never to be taken for the assistant's words.
  const human = meta.author === 'mediator';
  const author = human
    ? h('p', { class: 'author' }, icon('person'), h('strong', {}, String(meta.author_text || '')),
      entry.edited ? wording.label(h('span', { class: 'size' }), 'edited') : null)
    : null;
  // What may be wrong is said before it is read; what a machine wrote carries a small sign below.
  const doubt = meta.mark === 'doubtful' || meta.mark === 'failed';
  // Where the original is what stands there, it runs in its own direction and is read in its own language.
  const untouched = meta.mark === 'untranslated' || meta.mark === 'failed';
  const markIcon = meta.mark === 'machine' ? 'gear' : 'info';
  const bubble = h('div', { class: 'bubble' },
    author,
    heading,
    doubt ? h('p', { class: 'doubt' }, icon('alert'), h('span', {}, meta.mark_text || meta.mark)) : null,
    text ? h('p', { class: 'text', dir: untouched ? 'auto' : direction || 'auto' }, danger ? null : kindIcon, ...richText(text, options)) : null,
    calls,
    attachment(entry.attachment, wording),
    fileList(meta.attachments, server),
    translated,
  );
  const tools = h('div', { class: 'tools' },
    spoken ? readButton(spoken, (untouched && meta.original_language) || language || wording.language, wording) : null,
    meta.mark && !doubt ? h('span', { class: 'mark', ...speech }, icon(markIcon), h('span', {}, meta.mark_text || meta.mark)) : null,
    toggle,
    meta.mark_explained ? h('p', { class: 'explained', ...speech }, String(meta.mark_explained)) : null,
  );
  const kind = /^(danger|privacy|cards)$/.test(meta.kind) ? meta.kind : 'text';
  return h('div', { class: `message bot kind-${kind}${human ? ' human' : ''}` },
    human ? null : wording.label(h('span', { class: 'unseen' }), 'bot'),
    h('div', { class: 'content', ...speech },
      bubble.childElementCount ? bubble : null,
      ...cards.map((one) => card(one, options, wording.textIn(language, 'source'))),
    ),
    tools.childElementCount ? tools : null,
    quickReplies(entry.quick_replies, choose, speech),
  );
}
