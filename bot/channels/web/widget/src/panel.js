// The frame around the conversation: header with language, quick exit and deletion; the log; the place to write.
import { h, icon } from './dom.js';
import { attachButton } from './files.js';
import { STRINGS } from './languages.js';

const LONGEST_MESSAGE = 4000;
// Where Escape, pressed this often within this time, leaves the page.
const ESCAPES = 3;
const ESCAPE_MS = 2000;

function labelled(wording, element, key) {
  wording.label(element, key, 'aria-label');
  return wording.label(element, key, 'title');
}

function languagePicker(wording, chosen) {
  const select = h('select', { class: 'language-select', onchange: () => chosen(select.value) },
    ...Object.entries(STRINGS).map(([code, { name }]) => h('option', { value: code, lang: code }, name)),
  );
  select.value = wording.language;
  return h('span', { class: 'language' }, icon('globe'), wording.label(select, 'language', 'aria-label'));
}

function composer(wording, send, writes) {
  const field = h('textarea', {
    class: 'field', rows: 1, maxlength: LONGEST_MESSAGE, enterkeyhint: 'send', autocomplete: 'off',
  });
  wording.label(field, 'message', 'aria-label');
  wording.label(field, 'placeholder', 'placeholder');
  const grow = () => {
    field.style.height = '';
    if (field.value) field.style.height = `${field.scrollHeight + 4}px`;
    // Text finds its own direction; the placeholder keeps that of the chosen language.
    if (field.value) field.dir = 'auto';
    else field.removeAttribute('dir');
  };
  const submit = (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (!text) return;
    clear();
    send(text);
  };
  field.addEventListener('input', () => {
    grow();
    writes(Boolean(field.value));
  });
  field.addEventListener('keydown', (event) => {
    // Enter also ends a word being composed (Japanese, some Arabic keyboards): that is not sending.
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) submit(event);
  });
  const button = labelled(wording, h('button', { type: 'submit', class: 'send' }, icon('send')), 'send');
  const clear = () => {
    field.value = '';
    grow();
  };
  return { form: h('form', { class: 'composer', onsubmit: submit, novalidate: true }, field, button), field, clear };
}

function forgetDialog(wording, confirmed) {
  const dialog = h('dialog', { class: 'confirm', 'aria-labelledby': 'forget-title', 'aria-describedby': 'forget-text' },
    wording.label(h('h2', { id: 'forget-title' }), 'forget_question'),
    wording.label(h('p', { id: 'forget-text' }), 'forget_explain'),
    h('div', { class: 'choices' },
      wording.label(h('button', { type: 'button', class: 'plain', onclick: () => dialog.close() }), 'forget_no'),
      wording.label(h('button', { type: 'button', class: 'serious', onclick: () => {
        dialog.close();
        confirmed();
      } }), 'forget_yes'),
    ),
  );
  return dialog;
}

/**
 * Builds the frame. `page` makes it the page's main content instead of a dialog. `on` hears send(text),
 * attach(file), writes(on), language(code), exit(), forget() and close().
 */
export function buildPanel(wording, page, on) {
  const forget = forgetDialog(wording, on.forget);
  const exit = h('button', { type: 'button', class: 'exit', onclick: on.exit }, icon('exit'), wording.label(h('span'), 'exit'));
  wording.label(exit, 'exit_hint', 'title');
  const trash = labelled(wording, h('button', { type: 'button', class: 'tool', onclick: () => forget.showModal() }, icon('trash')), 'forget');
  const close = page
    ? null
    : labelled(wording, h('button', { type: 'button', class: 'tool close', onclick: on.close }, icon('close')), 'close');
  const header = h(page ? 'header' : 'div', { class: 'header' },
    h('div', { class: 'brand' }, icon('mark'), h(page ? 'h1' : 'h2', { id: 'title', lang: 'en', dir: 'ltr' }, 'Waymark')),
    trash,
    close,
    h('div', { class: 'controls' }, languagePicker(wording, on.language), exit),
  );
  const welcome = h('div', { class: 'welcome' }, icon('chat'), wording.label(h('p', { class: 'welcome-text' }), 'welcome'), h('p', { class: 'welcome-danger' }));
  const log = h('div', { class: 'log', role: 'log', tabindex: 0 });
  wording.label(log, 'conversation', 'aria-label');
  const typing = h('div', { class: 'typing', role: 'status' });
  const newest = h('button', { type: 'button', class: 'newest', hidden: true }, icon('down'), wording.label(h('span'), 'newest'));
  const banner = h('div', { class: 'banner', role: 'status' });
  const { form, field, clear } = composer(wording, on.send, on.writes);
  const attach = attachButton(wording, on.attach);
  form.prepend(attach.button, attach.input);
  // Between the page's title and the cards' headings, for those who jump from heading to heading.
  const heading = page ? wording.label(h('h2', { class: 'unseen' }), 'conversation') : null;
  const body = h(page ? 'main' : 'div', { class: 'body' }, banner, h('div', { class: 'scroll' }, heading, welcome, log), newest, typing, form);
  const root = page
    ? h('div', { class: 'panel page' }, header, body, forget)
    : h('dialog', { class: 'panel floating', 'aria-labelledby': 'title' }, header, body, forget);
  return { root, log, welcome, newest, showAttach: attach.show, typing, banner, field, clearField: clear, select: header.querySelector('select') };
}

/** Escape, Escape, Escape: out. `armed` says whether the first press counts. */
export function onThreeEscapes(armed, leave) {
  let presses = [];
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.isComposing || event.repeat) return;
    presses = presses.filter((time) => event.timeStamp - time < ESCAPE_MS);
    if (!presses.length && !armed()) return;
    presses.push(event.timeStamp);
    if (presses.length >= ESCAPES) leave();
  }, true);
}
