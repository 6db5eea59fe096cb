// Signing in: name and password, then a code; at the first time a password of one's own and a code app.
import { ask, post } from './api.js';
import { button, fill, h, icon, newId } from './dom.js';
import { language, languages, loadWords, problem, t } from './words.js';

/** A label and its field. */
export function field(label, attributes, hint = '') {
  const id = newId('field');
  const about = hint ? newId('hint') : null;
  const input = h('input', { id, ...attributes, 'aria-describedby': about });
  const rows = h('div', { class: 'field' }, h('label', { for: id }, label), input, hint ? h('p', { class: 'hint', id: about }, hint) : null);
  return { rows, input };
}

/** The choice of the page's language. */
export function languagePicker(changed) {
  const select = h('select', { 'aria-label': t('language'), onchange: () => changed(select.value) },
    languages().map((one) => h('option', { value: one.code, lang: one.code, selected: one.code === language() }, one.name)));
  return h('span', { class: 'picker' }, icon('globe'), select);
}

function frame(place, form, title, intro, notice) {
  const again = async (code) => {
    await loadWords(code);
    window.dispatchEvent(new Event('waymark-language'));
  };
  const alert = h('p', { class: 'problem', role: 'alert', hidden: !notice }, notice);
  fill(place, h('main', { class: 'sign-in' },
    h('div', { class: 'brand' }, icon('mark'), h('span', { lang: 'en', dir: 'ltr' }, 'Waymark'), languagePicker(again)),
    h('h1', { tabindex: -1 }, title), h('p', { class: 'intro' }, intro), alert, form,
  ));
  return (error) => {
    alert.hidden = false;
    alert.textContent = problem(error);
  };
}

/** Sends a form once at a time; `work` throws what went wrong. */
function submitting(form, send, work, fail) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (send.disabled) return;
    send.disabled = true;
    try {
      await work();
    } catch (error) {
      fail(error);
    } finally {
      send.disabled = false;
    }
  });
}

const asSubmit = (text) => button(text, null, { kind: 'primary', type: 'submit' });

function startFromLink() {
  const found = /^#start=([^:]*):(.+)$/.exec(window.location.hash);
  if (!found) return { name: '', password: '' };
  // The address bar and the history must not keep it.
  history.replaceState(null, '', window.location.pathname);
  return { name: decodeURIComponent(found[1]), password: found[2] };
}

function passwordStep(place, { begin, notice }) {
  const start = startFromLink();
  const name = field(t('name'), { name: 'name', autocomplete: 'username', required: true, value: start.name, maxlength: 100, spellcheck: 'false' });
  const password = field(t('password'), { name: 'password', type: 'password', autocomplete: 'current-password', required: true, value: start.password, maxlength: 250 });
  const send = asSubmit(t('sign_in'));
  const form = h('form', {}, name.rows, password.rows, send);
  const fail = frame(place, form, t('sign_in_title'), t('sign_in_intro'), notice);
  submitting(form, send, async () => {
    await post('/desk/api/sign-in', { name: name.input.value, password: password.input.value });
    await begin();
  }, fail);
  (start.name ? send : name.input).focus();
}

const codeField = () => field(t('code'), {
  name: 'code', inputmode: 'numeric', autocomplete: 'one-time-code', required: true, maxlength: 12, class: 'code', dir: 'ltr',
}, t('code_hint'));

const startOver = (begin) => button(t('start_over'), async () => {
  showSignIn(document.getElementById('app'), 'out', { begin, notice: '' });
}, { kind: 'quiet' });

function codeStep(place, { begin, notice }) {
  const code = codeField();
  const send = asSubmit(t('sign_in'));
  const form = h('form', {}, code.rows, send, startOver(begin));
  const fail = frame(place, form, t('code_title'), t('code_intro'), notice);
  submitting(form, send, async () => {
    await post('/desk/api/sign-in/code', { code: code.input.value });
    await begin();
  }, (error) => {
    code.input.value = '';
    fail(error);
    code.input.focus();
  });
  code.input.focus();
}

async function enrolStep(place, { begin, notice }) {
  const found = await ask('/desk/api/sign-in/enrolment');
  const password = field(t('new_password'), { name: 'new-password', type: 'password', autocomplete: 'new-password', required: true, maxlength: 250 }, t('new_password_hint'));
  const again = field(t('new_password_again'), { type: 'password', autocomplete: 'new-password', required: true, maxlength: 250 });
  const code = codeField();
  const send = asSubmit(t('enrol'));
  const secret = found.secret.replace(/(.{4})/g, '$1 ').trim();
  const form = h('form', {},
    h('section', { class: 'step' }, h('h2', {}, t('enrol_step_password')), password.rows, again.rows),
    h('section', { class: 'step' }, h('h2', {}, t('enrol_step_app')), h('p', {}, t('enrol_app_intro')),
      h('img', { class: 'qr', src: found.picture, alt: t('enrol_qr'), width: 220, height: 220 }),
      h('p', {}, t('enrol_secret'), ' ', h('code', { class: 'secret', dir: 'ltr' }, secret)),
      h('a', { href: found.address, class: 'button plain' }, t('enrol_open_app'))),
    h('section', { class: 'step' }, h('h2', {}, t('enrol_step_code')), code.rows),
    send, startOver(begin));
  const fail = frame(place, form, t('enrol_title'), t('enrol_intro'), notice);
  submitting(form, send, async () => {
    if (password.input.value !== again.input.value) {
      again.input.focus();
      throw Object.assign(new Error(''), { code: 'passwords_differ', values: {} });
    }
    await post('/desk/api/sign-in/enrol', { password: password.input.value, code: code.input.value });
    await begin();
  }, fail);
  password.input.focus();
}

/** Shows the step that is due: "out", "code" or "enrol". */
export function showSignIn(place, stage, how) {
  if (stage === 'code') return codeStep(place, how);
  if (stage === 'enrol') return enrolStep(place, how);
  return passwordStep(place, how);
}
