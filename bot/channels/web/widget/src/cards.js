// A directory record as a card: name, what it is, then one row for each fact, with its source at the foot.
import { h, icon, link, safeHref } from './dom.js';
import { richText, telephone } from './text.js';

const ACTION_ICONS = { phone: 'phone', map: 'map', link: 'link' };

const present = (value) => typeof value === 'string' && value.trim() !== '';

function rowHref({ kind, href, value }) {
  return safeHref(href) || (kind === 'phone' ? telephone(value) : null);
}

function fact(one, options) {
  const { kind, value } = one;
  const href = rowHref(one);
  if (!href || !ACTION_ICONS[kind]) return h('span', { class: 'fact' }, ...richText(value, options));
  const shown = h('bdi', { dir: kind === 'phone' ? 'ltr' : 'auto' }, value);
  return link(href, { class: 'action' }, icon(ACTION_ICONS[kind]), shown);
}

function rows(usable, options) {
  const named = usable.filter(({ label }) => present(label));
  const unnamed = usable.filter(({ label }) => !present(label));
  return [
    named.length
      ? h('dl', {}, ...named.map((one) => h('div', {}, h('dt', {}, one.label), h('dd', {}, fact(one, options)))))
      : null,
    ...unnamed.map((one) => h('p', {}, fact(one, options))),
  ];
}

function foot({ source, assured }, sourceWord) {
  const href = source && safeHref(source.href);
  const named = source && present(source.label) ? source.label : null;
  if (!href && !named && !present(assured)) return null;
  return h('p', { class: 'card-foot' },
    href ? link(href, {}, icon('link'), h('bdi', {}, named || sourceWord)) : named && h('span', {}, named),
    present(assured) ? h('span', {}, assured) : null,
  );
}

const usableRows = (list) => (Array.isArray(list) ? list : []).filter((one) => one && present(one.value));

/** One card as an element. `options` are those of richText; `sourceWord` names a source that has no label. */
export function card(record, options, sourceWord) {
  const { name, alternate_name: alternate, description } = record;
  return h('article', { class: 'card' },
    h('h3', { dir: 'auto' }, name),
    present(alternate) ? h('p', { class: 'alternate' }, h('bdi', {}, alternate)) : null,
    present(description) ? h('p', { class: 'description' }, ...richText(description, options)) : null,
    ...rows(usableRows(record.rows), options),
    foot(record, sourceWord),
  );
}

/** The card as one would read it out. */
export function cardAsSpeech({ name, alternate_name: alternate, description, rows: list }) {
  const facts = usableRows(list).filter(({ kind }) => kind !== 'link');
  return [name, alternate, description, ...facts.map((one) => [one.label, one.value].filter(present).join(': '))]
    .filter(present)
    .map((part) => part.replace(/([^.!?\u061F])$/, '$1.'))
    .join('\n');
}
