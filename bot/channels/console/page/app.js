// The beginning: who is here? Then the sign-in or the desk.
import { ask, onSignedOut, useToken } from './api.js';
import { Desk } from './desk.js';
import { h, fill } from './dom.js';
import { forgetDrafts } from './drafts.js';
import { showSignIn } from './sign_in.js';
import { loadWords, t } from './words.js';

const place = document.getElementById('app');
let desk = null;

async function begin(notice = '') {
  const me = await ask('/desk/api/me');
  useToken(me.csrf);
  if (desk) desk.end();
  desk = null;
  if (me.stage === 'full') {
    desk = new Desk(place, me, { begin, signedOut: () => leave() });
    desk.start();
    return;
  }
  showSignIn(place, me.stage, { begin, notice });
}

/** After signing out nothing of any case stays in this browser. */
function leave() {
  forgetDrafts();
  begin();
}

// The session ended by itself: what was being written stays in this tab until its owner has signed in again.
onSignedOut(() => {
  if (desk) begin(t('signed_out_kept'));
});

async function start() {
  try {
    await loadWords();
    await begin();
  } catch {
    // Not even the words came: this one sentence stands here in two languages.
    fill(place, h('p', { class: 'no-server', role: 'alert' },
      'The desk cannot be reached. Load the page again. / Der Schreibtisch ist nicht erreichbar. Laden Sie die Seite neu.'));
  }
}

window.addEventListener('waymark-language', () => begin());
// A start link that is opened in a tab where the page is open already only changes the address behind the #.
window.addEventListener('hashchange', () => {
  if (!desk && window.location.hash.startsWith('#start=')) begin();
});
start();
