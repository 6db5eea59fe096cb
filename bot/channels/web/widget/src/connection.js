// Rasa's Socket.IO protocol, made safe for a bad network. Every message stays in the outbox until the server has it;
// after a new connection the session is asked for again, the outbox is sent again, and the server replays what was
// missed. Nothing is handed to Socket.IO's own buffer, which would send before the session is confirmed.
import { io } from 'socket.io-client';
import { newId, outbox } from './outbox.js';
import { device } from './storage.js';

const PATIENCE_MS = 10000;
const WRITES_EVERY_MS = 3000;
const AGAIN_MS = 2000;

export class Connection {
  /**
   * `talk` hears: state('connecting' | 'online' | 'offline'), said(entry), typing(on), owner(mode), sent(id), late(id).
   * `customData` is called for each message.
   */
  constructor({ server, path }, transcript, talk, customData) {
    Object.assign(this, { transcript, talk, customData });
    this.session = device.read('session');
    this.confirmed = false;
    this.inFlight = null;
    this.tried = new Set();
    this.forgetting = null;
    this.socket = io(server, {
      path,
      autoConnect: false,
      transports: ['websocket', 'polling'],
      tryAllTransports: true,
      reconnectionDelay: 500,
      reconnectionDelayMax: 8000,
    });
    this.listen();
  }

  listen() {
    const { socket, talk } = this;
    socket.on('connect', () => {
      this.askForgottenAgain();
      this.askForSession();
    });
    socket.on('disconnect', () => this.down());
    socket.on('connect_error', () => this.down());
    // A server that closes politely, or refuses once, is not tried again by Socket.IO itself.
    ['disconnect', 'connect_error'].forEach((event) =>
      socket.on(event, () => {
        clearTimeout(this.againTimer);
        if (!socket.active && !this.stopped) this.againTimer = setTimeout(() => this.stopped || socket.connect(), AGAIN_MS);
      }),
    );
    socket.on('session_confirm', (answer) => this.confirm(typeof answer === 'string' ? answer : answer && answer.session_id));
    socket.on('user_ack', (answer) => answer && this.acknowledged(answer.message_id));
    socket.on('bot_uttered', (entry) => {
      // While a deletion is under way, a late answer would bring the deleted conversation back.
      if (!this.forgetting && entry && typeof entry === 'object') talk.said(entry);
    });
    socket.on('typing', (answer) => talk.typing(Boolean(answer && answer.on)));
    socket.on('owner', (answer) => answer && talk.owner(answer.mode));
    socket.on('forgotten', (answer) => this.forgotten(answer && answer.session_id));
    window.addEventListener('online', () => this.hurry());
    window.addEventListener('offline', () => talk.state('offline'));
  }

  start() {
    if (this.socket.active) return;
    this.talk.state('connecting');
    this.socket.connect();
  }

  stop() {
    this.stopped = true;
    this.socket.disconnect();
  }

  /** The network is said to be back, or the person does not want to wait: no more back-off. */
  hurry() {
    if (this.socket.active && !this.socket.connected) this.socket.disconnect().connect();
    else if (this.confirmed) this.talk.state('online');
  }

  down() {
    clearTimeout(this.sessionTimer);
    clearTimeout(this.sendTimer);
    this.confirmed = false;
    this.inFlight = null;
    this.tried.clear();
    this.talk.typing(false);
    this.talk.state('offline');
  }

  askForSession() {
    if (!this.socket.connected || this.forgetting) return;
    const { session } = this;
    this.socket.emit('session_request', {
      session_id: session,
      last_seq: this.transcript.lastSeq(session),
      customData: this.customData(),
    });
    clearTimeout(this.sessionTimer);
    this.sessionTimer = setTimeout(() => this.askForSession(), PATIENCE_MS);
  }

  confirm(session) {
    if (!session || this.forgetting) return;
    clearTimeout(this.sessionTimer);
    this.session = session;
    device.write('session', session);
    this.transcript.belongsTo(session);
    this.confirmed = true;
    this.talk.state('online');
    this.pump();
  }

  /** Queues a message and returns its id. `title` is what the person saw on the button, where it was one. */
  send(message, title) {
    this.writes(false);
    const id = newId();
    outbox.add({ message_id: id, message, title });
    this.pump();
    return id;
  }

  retry(id) {
    this.tried.delete(id);
    this.hurry();
    this.pump();
  }

  // One at a time: the server handles events side by side, and two messages sent at once may change places.
  pump() {
    if (!this.confirmed || this.inFlight) return;
    const next = outbox.all().find(({ message_id: id }) => !this.tried.has(id));
    if (!next) return;
    const id = next.message_id;
    this.inFlight = id;
    this.tried.add(id);
    const uttered = { message: next.message, message_id: id, session_id: this.session, customData: this.customData() };
    this.socket.emit('user_uttered', uttered, (answer) => {
      if (answer && answer.accepted === false) this.refused(id);
      else this.acknowledged(id);
    });
    this.sendTimer = setTimeout(() => this.unanswered(id), PATIENCE_MS);
  }

  unanswered(id) {
    this.inFlight = null;
    // Another tab may have sent it meanwhile, and had the answer.
    if (outbox.all().some((message) => message.message_id === id)) this.talk.late(id);
    else this.talk.sent(id);
    this.pump();
  }

  /** The server has too much to do with this person's messages: kept, with a button to send it again. */
  refused(id) {
    if (this.inFlight !== id) return;
    clearTimeout(this.sendTimer);
    this.inFlight = null;
    this.talk.late(id);
    this.pump();
  }

  acknowledged(id) {
    if (!id) return;
    outbox.remove(id);
    this.talk.sent(id);
    if (this.inFlight !== id) return;
    clearTimeout(this.sendTimer);
    this.inFlight = null;
    this.pump();
  }

  /** A mediator who has the conversation sees that the person writes; said every few seconds, and once when it is over. */
  writes(on) {
    const now = Date.now();
    if (!this.confirmed || (on && now - (this.wrote || 0) < WRITES_EVERY_MS) || (!on && !this.wrote)) return;
    this.wrote = on ? now : 0;
    this.socket.emit('typing', { on });
    clearTimeout(this.writesTimer);
    if (on) this.writesTimer = setTimeout(() => this.writes(false), WRITES_EVERY_MS * 2);
  }

  /** Tells the server which language the person reads; servers that do not know this event ignore it. */
  languageChanged() {
    if (this.confirmed) this.socket.emit('set_language', { session_id: this.session, ...this.customData() });
  }

  /**
   * Deletes here at once and on the server as soon as it answers. Resolves to true when the server confirmed. An
   * unconfirmed wish is kept and asked again with every later connection.
   */
  forget() {
    const { session } = this;
    this.dropSession();
    if (!session) return Promise.resolve(true);
    device.write('forget', [...device.read('forget', []), session]);
    if (!this.socket.connected) return Promise.resolve(false);
    return new Promise((resolve) => {
      const done = (confirmed) => {
        clearTimeout(timer);
        this.forgetting = null;
        this.askForSession();
        resolve(confirmed);
      };
      const timer = setTimeout(() => done(false), PATIENCE_MS);
      this.forgetting = { session, done };
      this.socket.once('disconnect', () => this.forgetting && done(false));
      this.socket.emit('forget', { session_id: session });
    });
  }

  askForgottenAgain() {
    device.read('forget', []).forEach((session) => this.socket.emit('forget', { session_id: session }));
  }

  forgotten(session) {
    const waiting = device.read('forget', []);
    // A server that does not say which one answers in the order it was asked.
    const which = session || (this.forgetting ? this.forgetting.session : waiting[0]);
    device.write('forget', waiting.filter((other) => other !== which));
    if (this.forgetting && this.forgetting.session === which) this.forgetting.done(true);
  }

  /** Another tab ended the conversation: go on with a new one. */
  endedElsewhere() {
    this.dropSession();
    this.askForSession();
  }

  dropSession() {
    clearTimeout(this.sendTimer);
    this.session = null;
    this.confirmed = false;
    this.inFlight = null;
    this.tried.clear();
    outbox.clear();
    device.remove('session');
    this.transcript.clear();
  }
}
