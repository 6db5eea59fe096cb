// The mediator's own choices: language, sound, notification, keyboard.
import { choices, choose } from './alerts.js';
import { openDialog } from './dialogs.js';
import { button, h, newId } from './dom.js';
import { KEYS } from './keys.js';
import { languagePicker } from './sign_in.js';
import { loadWords, t } from './words.js';

function toggle(name, text, hint) {
  const id = newId('choice');
  const input = h('input', { id, type: 'checkbox', role: 'switch' });
  input.checked = choices()[name];
  const note = h('p', { class: 'hint', role: 'status' }, hint);
  input.addEventListener('change', async () => {
    const now = await choose(name, input.checked);
    if (name === 'notify' && input.checked && !now) note.textContent = t('notify_denied');
    input.checked = now;
  });
  return h('div', { class: 'toggle' }, input, h('div', {}, h('label', { for: id }, text), note));
}

/** The keys and what they do. */
export function openKeys() {
  openDialog(t('keys_title'), h('dl', { class: 'keys' }, KEYS.map(([key, name]) => h('div', {}, h('dt', {}, h('kbd', { dir: 'ltr' }, key)), h('dd', {}, t(`key_${name}`))))),
    h('p', { class: 'hint' }, t('keys_hint')));
}

export function openSettings(desk) {
  const picker = languagePicker(async (code) => {
    await loadWords(code);
    dialog.close();
    window.dispatchEvent(new Event('waymark-language'));
  });
  const dialog = openDialog(t('settings'),
    h('div', { class: 'toggle' }, picker), toggle('sound', t('sound'), t('sound_hint')), toggle('notify', t('notify'), t('notify_hint')),
    toggle('keys', t('keys_on'), t('keys_on_hint')),
    h('div', { class: 'choices' }, button(t('keys_title'), () => {
      dialog.close();
      openKeys();
    }), button(t('sign_out'), () => {
      dialog.close();
      desk.signOut();
    }, { picture: 'out' })));
}
