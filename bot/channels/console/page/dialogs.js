// Dialogs: the browser's own, so that Escape closes them and the keyboard stays inside.
import { button, h, newId } from './dom.js';
import { t } from './words.js';

/** Opens a dialog with a title; gives it. It removes itself when closed. */
export function openDialog(title, ...children) {
  const id = newId('dialog');
  const dialog = h('dialog', { class: 'dialog', 'aria-labelledby': id },
    h('div', { class: 'dialog-head' }, h('h2', { id }, title), button(t('close_dialog'), () => dialog.close(), { kind: 'quiet', picture: 'close' })),
    ...children);
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Asks for words; null if nothing is to be done. */
export function askWords({ title, intro, about = '', aboutDirection = 'auto', value = '', direction = 'auto', send }) {
  return new Promise((resolve) => {
    const id = newId('words');
    const area = h('textarea', { id, rows: 5, dir: direction, maxlength: 4000 });
    area.value = value;
    let found = null;
    const form = h('form', {}, about ? h('blockquote', { class: 'quoted', dir: aboutDirection }, about) : null,
      h('label', { for: id }, intro), area, h('div', { class: 'choices' }, button(send, null, { kind: 'primary', type: 'submit' })));
    const dialog = openDialog(title, form);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      if (!area.value.trim()) return;
      found = area.value.trim();
      dialog.close();
    });
    dialog.addEventListener('close', () => resolve(found));
    area.focus();
  });
}
