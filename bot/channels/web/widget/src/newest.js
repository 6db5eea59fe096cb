// Where the conversation stands on the screen: what just came is brought into view, or a button leads to it.

// A smooth scroll takes most of a second; a button that comes and goes meanwhile would only disturb.
const SHOWN_AFTER_MS = 1200;
const BY_HAND = ['wheel', 'touchmove', 'pointerdown', 'keydown'];

export class Newest {
  /** `scroller` holds the messages; `button` leads to the last one that nobody has seen yet. */
  constructor(scroller, button) {
    this.scroller = scroller;
    this.button = button;
    this.goal = 0;
    button.addEventListener('click', () => this.element && this.show(this.element));
    // Who scrolls by hand is where they want to be.
    BY_HAND.forEach((name) => scroller.addEventListener(name, () => { this.goal = 0; }, { passive: true }));
  }

  /** Whether the end is near, or will be when the scroll under way has arrived: an answer is often faster than that. */
  nearEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - Math.max(scrollTop, this.goal) - clientHeight < clientHeight / 2;
  }

  /** Scrolls until `element` stands at the top, or as far as it goes. */
  show(element) {
    const { scroller } = this;
    const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.goal = element ? element.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop - 8 : 0;
    scroller.scrollTo({ top: this.goal, behavior: calm ? 'auto' : 'smooth' });
  }

  /** `element` has just come: until it is seen, the button leads to it. */
  came(element) {
    this.element = element;
    clearTimeout(this.timer);
    if (this.observer) this.observer.disconnect();
    this.observer = new IntersectionObserver((seen) => {
      if (!seen.some((one) => one.isIntersecting)) return;
      this.observer.disconnect();
      clearTimeout(this.timer);
      this.button.hidden = true;
    }, { root: this.scroller, rootMargin: '0px 0px -24px 0px' });
    this.observer.observe(element);
    this.timer = setTimeout(() => { this.button.hidden = false; }, SHOWN_AFTER_MS);
  }

  /** There is nothing to be seen any more. */
  none() {
    clearTimeout(this.timer);
    if (this.observer) this.observer.disconnect();
    this.element = null;
    this.goal = 0;
    this.button.hidden = true;
  }
}
