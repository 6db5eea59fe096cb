// The desk after signing in: the queue, one case, the helps beside it, and what holds them together.
import { call } from './alerts.js';
import { ask, post } from './api.js';
import { CaseView } from './case.js';
import { announce, fill, h, icon, iconButton } from './dom.js';
import { Helps } from './helps.js';
import { watchKeys } from './keys.js';
import { Live } from './live.js';
import { Queue } from './queue.js';
import { openSettings } from './settings.js';
import { language, problem, t } from './words.js';

export class Desk {
  constructor(place, me, { begin, signedOut }) {
    this.place = place;
    this.me = me;
    this.begin = begin;
    this.signedOut = signedOut;
    this.works = me.roles.some((role) => role === 'mediator' || role === 'lead');
    this.known = null;
    this.overdue = null;
    this.colleagues = [];
    this.caseId = '';
    this.onHash = () => this.follow();
  }

  start() {
    this.banner = h('div', { class: 'banner', role: 'status' });
    const bar = h('header', { class: 'bar' },
      h('h1', { class: 'brand' }, icon('mark'), h('span', { lang: 'en', dir: 'ltr' }, 'Waymark'), h('span', { class: 'unseen' }, t('title'))),
      h('span', { class: 'me' }, h('bdi', {}, this.me.name)),
      this.reportsLink(),
      this.works && h('a', { class: 'bar-link', href: '/desk/report-together', target: '_blank', rel: 'noopener' }, icon('report'), h('span', {}, t('report_together'))),
      iconButton(t('settings'), () => openSettings(this), 'gear', { 'aria-haspopup': 'dialog' }),
      iconButton(t('sign_out'), () => this.signOut(), 'out'));
    const live = h('p', { id: 'announcements', class: 'unseen', role: 'status' });
    if (!this.works) {
      fill(this.place, h('div', { class: 'desk alone' }, bar, this.banner, h('main', { class: 'nothing' }, h('p', {}, t('no_desk_role'))), live));
      return;
    }
    this.queue = new Queue(this);
    this.view = new CaseView(this);
    this.helps = new Helps(this);
    this.root = h('div', { class: 'desk', 'data-view': 'queue' }, bar, this.banner,
      h('main', { class: 'panes' }, this.queue.root, this.view.root, this.helps.root), live);
    fill(this.place, this.root);
    this.live = new Live({
      lost: () => this.say(t('connection_lost'), 'alarm'),
      back: (wasLost) => {
        if (wasLost) announce(t('connection_back'));
        this.say('');
        this.view.connected();
      },
      queue: ({ cases }) => this.gotQueue(cases),
      // A case that had gone from the page is theirs again: it begins anew.
      case: (found) => (this.view.isGone && found.id === this.caseId ? this.follow() : this.view.gotCase(found)),
      entry: (entry) => this.view.gotEntry(entry, true),
      changed: (entry) => this.view.gotEntry(entry, false),
      typing: ({ on }) => this.view.personTypes(on),
      gone: ({ id }) => id === this.caseId && this.view.gone(),
      nobody_left: ({ code }) => {
        call(t('system_nobody_left'));
        this.say(`\u2068${code}\u2069: ${t('system_nobody_left')}`, 'alarm');
      },
      signed_out: () => this.begin(t('signed_out_kept')),
    });
    this.unwatchKeys = watchKeys(this);
    window.addEventListener('hashchange', this.onHash);
    this.follow();
    this.loadColleagues();
  }

  reportsLink() {
    const reads = this.me.roles.some((role) => ['reader', 'oversight', 'lead', 'curator'].includes(role));
    return reads ? h('a', { class: 'bar-link', href: '/desk/reports' }, icon('report'), h('span', {}, t('reports'))) : null;
  }

  async loadColleagues() {
    try {
      this.colleagues = (await ask('/desk/api/colleagues')).colleagues;
    } catch {
      // Asked for again when somebody is to be chosen.
    }
  }

  /** Opens the case that the address names; none: the queue. */
  follow() {
    const found = /^#case=([0-9a-f]+)$/.exec(window.location.hash);
    this.caseId = found ? found[1] : '';
    this.root.dataset.view = this.caseId ? 'case' : 'queue';
    this.root.dataset.helps = '';
    this.live.watch(this.caseId);
    this.view.open(this.caseId);
    this.helps.open(this.caseId);
    this.queue.mark(this.caseId);
  }

  open(caseId) {
    window.location.hash = caseId ? `case=${caseId}` : '';
  }

  gotQueue(cases) {
    const ids = (which) => new Set(cases.filter(which).map((one) => one.id));
    const waiting = ids((one) => one.state === 'waiting');
    const overdue = ids((one) => one.overdue);
    const isNew = (found, known) => known && [...found].some((id) => !known.has(id));
    const news = isNew(overdue, this.overdue) ? 'overdue_waiting' : isNew(waiting, this.known) ? 'new_case_waiting' : '';
    if (news) {
      call(t(news));
      announce(t(news));
    }
    this.known = waiting;
    this.overdue = overdue;
    document.title = waiting.size ? `(${waiting.size}) ${t('title')}` : t('title');
    this.queue.show(cases);
  }

  say(text, kind = '') {
    this.banner.className = `banner ${kind}`;
    if (this.banner.textContent !== text) this.banner.textContent = text;
  }

  /** A sentence that goes away by itself. */
  tell(text, kind = '') {
    this.say(text, `${kind} passing`);
    clearTimeout(this.telling);
    this.telling = setTimeout(() => this.banner.textContent === text && this.say(''), 6000);
  }

  fail(error) {
    if (error.code !== 'console.signed_out') this.tell(problem(error), 'alarm');
  }

  /** Does something to the open case; gives the answer, or null after saying what went wrong. */
  async act(path, body = {}) {
    try {
      return await post(`/desk/api/cases/${this.caseId}/${path}?language=${language()}`, body);
    } catch (error) {
      this.fail(error);
      return null;
    }
  }

  showHelps(tab) {
    this.root.dataset.helps = 'open';
    this.helps.choose(tab);
  }

  hideHelps() {
    this.root.dataset.helps = '';
  }

  async signOut() {
    try {
      await post('/desk/api/sign-out');
    } catch (error) {
      if (error.code !== 'console.signed_out') {
        this.fail(error);
        return;
      }
    }
    this.end();
    history.replaceState(null, '', window.location.pathname);
    this.signedOut();
  }

  end() {
    if (!this.works) return;
    this.live.end();
    this.view.end();
    this.queue.end();
    this.unwatchKeys();
    window.removeEventListener('hashchange', this.onHash);
  }
}
