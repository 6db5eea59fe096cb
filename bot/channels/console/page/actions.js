// What can be done with a case, all in one place, each with what it means.
import { ask } from './api.js';
import { openDialog } from './dialogs.js';
import { button, h, newId } from './dom.js';
import { languageName, t } from './words.js';

function act(desk, dialog, path, body, done) {
  return async () => {
    const found = await desk.act(path, body());
    if (!found) return;
    dialog().close();
    desk.view.gotCase(found.case);
    desk.tell(t(done), 'good');
  };
}

function part(title, text, ...children) {
  return h('section', { class: 'act' }, h('h3', {}, title), h('p', {}, text), ...children);
}

/** Opens the dialog. */
export async function openActions(desk, one) {
  try {
    desk.colleagues = (await ask('/desk/api/colleagues')).colleagues;
  } catch (error) {
    desk.fail(error);
  }
  let dialog = null;
  const it = () => dialog;
  const names = (other) => `${other.name} (${other.languages.map(languageName).join(', ')})`;
  // Who has the case already is not to be chosen once more.
  const choice = (first, has) => {
    const id = newId('colleague');
    const select = h('select', { id }, first ? h('option', { value: '' }, first) : null,
      free(has).map((other) => h('option', { value: other.id }, names(other))));
    return { select, rows: h('div', { class: 'field' }, h('label', { for: id }, t('colleague')), select) };
  };
  const free = (has) => desk.colleagues.filter((other) => !has.includes(other.id));
  const to = choice(t('back_to_queue'), [one.mediator?.id]);
  const helping = [one.mediator?.id, one.second?.id];
  const second = choice(null, helping);
  const nobody = free(helping).length ? null : h('p', { class: 'hint' }, t('no_colleagues'));
  const passing = part(t('act_pass'), t('act_pass_text'), to.rows, h('div', { class: 'choices' },
    button(t('pass_on'), act(desk, it, 'pass', () => ({ to: to.select.value }), 'done_pass'))));
  // A lead who reads along may give the case to somebody else, and nothing more.
  if (!one.mine) {
    dialog = openDialog(t('actions_title', { code: one.code }), passing);
    return;
  }
  dialog = openDialog(t('actions_title', { code: one.code }),
    part(t('act_wait'), t('act_wait_text'), h('div', { class: 'choices' },
      button(t('wait_person'), act(desk, it, 'wait', () => ({ who: 'person' }), 'done_wait')),
      button(t('wait_third_party'), act(desk, it, 'wait', () => ({ who: 'third_party' }), 'done_wait')))),
    passing,
    part(t('act_second'), t('act_second_text'), nobody || second.rows, nobody ? null : h('div', { class: 'choices' },
      button(t('ask_second'), act(desk, it, 'second', () => ({ to: second.select.value }), 'done_second')))),
    part(t('act_recuse'), t('act_recuse_text'), h('div', { class: 'choices' },
      button(t('recuse'), act(desk, it, 'recuse', () => ({}), 'done_recuse')))),
    part(t('act_close'), t('act_close_text'), h('div', { class: 'choices' },
      ['solved', 'referred', 'no_answer', 'returned'].map((outcome) => button(t(`close_${outcome}`), act(desk, it, 'close', () => ({ outcome }), 'done_close'))))));
}
