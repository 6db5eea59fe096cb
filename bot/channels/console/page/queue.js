// The queue: who waits, what is mine, what colleagues have.
import { fill, h, icon } from './dom.js';
import { languageName, lasting, line, t } from './words.js';

const SECTIONS = ['mine', 'waiting', 'others'];

const sectionOf = (one) => (one.mine ? 'mine' : one.mediator ? 'others' : 'waiting');

/** The small marks of a case: what makes it urgent, what was wished for. */
export function marks(one) {
  const found = [];
  if (one.overdue) found.push(h('span', { class: 'chip alarm' }, icon('clock'), t('mark_overdue')));
  if (one.danger) found.push(h('span', { class: 'chip alarm' }, icon('alert'), t('mark_danger')));
  if (one.minor) found.push(h('span', { class: 'chip alarm' }, t('mark_minor')));
  if (one.deadline) found.push(h('span', { class: 'chip warn' }, icon('clock'), t('mark_deadline', { time: one.deadline })));
  one.wishes.forEach((wish) => {
    const name = wish.startsWith('not') ? 'wish_not' : `wish_${wish}`;
    found.push(h('span', { class: 'chip' }, t(name, { name: wish.replace(/^not[^:]*:/, '') })));
  });
  return found;
}

export class Queue {
  constructor(desk) {
    this.desk = desk;
    this.cases = [];
    this.chosen = '';
    this.list = h('div', { class: 'queue-list' }, h('p', { class: 'hint' }, t('loading')));
    this.root = h('nav', { class: 'queue', 'aria-label': t('queue') }, h('h2', { tabindex: -1 }, t('queue')), this.list);
    this.clock = setInterval(() => this.show(this.cases), 30000);
  }

  show(cases) {
    this.cases = cases;
    const focused = document.activeElement && this.list.contains(document.activeElement) ? document.activeElement.dataset.id : null;
    const parts = SECTIONS.map((section) => {
      const found = cases.filter((one) => sectionOf(one) === section);
      if (!found.length) return null;
      return h('section', {}, h('h3', {}, t(`queue_${section}`), ' ', h('span', { class: 'count' }, String(found.length))),
        h('ul', {}, found.map((one) => h('li', {}, this.row(one)))));
    });
    const empty = cases.length ? null : h('div', { class: 'empty' }, h('p', { class: 'empty-title' }, t('queue_empty')), h('p', {}, t('queue_empty_hint')));
    fill(this.list, empty, parts);
    if (focused) this.list.querySelector(`[data-id="${focused}"]`)?.focus();
  }

  row(one) {
    const waits = one.waiting_since ? lasting(Date.now() / 1000 - one.waiting_since) : null;
    const current = one.id === this.chosen;
    return h('a', { class: `row ${one.danger ? 'urgent' : ''}`, href: `#case=${one.id}`, 'data-id': one.id, 'aria-current': current ? 'true' : null },
      h('span', { class: 'row-top' }, h('strong', { class: 'code', dir: 'ltr' }, one.code),
        waits ? h('span', { class: 'waits' }, icon('clock'), h('span', { class: 'unseen' }, t('waits_since')), ' ', waits)
          : h('span', { class: 'state' }, t(`state_${one.state}`))),
      h('span', { class: 'row-what' }, line(languageName(one.language), one.topic, one.town)),
      h('span', { class: 'row-marks' }, marks(one), one.mediator && !one.mine ? h('span', { class: 'chip' }, t('with_name', { name: one.mediator.name })) : null));
  }

  mark(caseId) {
    this.chosen = caseId;
    this.list.querySelectorAll('.row').forEach((row) => {
      if (row.dataset.id === caseId) row.setAttribute('aria-current', 'true');
      else row.removeAttribute('aria-current');
    });
  }

  /** Moves to the next case in the list, or the one before. */
  move(step) {
    const rows = [...this.list.querySelectorAll('.row')];
    const at = rows.findIndex((row) => row.dataset.id === this.chosen);
    const next = rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + step))];
    if (next) {
      this.desk.open(next.dataset.id);
      next.focus();
    }
  }

  focus() {
    (this.list.querySelector('.row') || this.root.querySelector('h2')).focus();
  }

  end() {
    clearInterval(this.clock);
  }
}
