/**
 * The lock of the phone: binding, PIN, the server's half of the key and its end, wiping.
 *
 * What a wrong PIN, an end and a revocation do here is done by the app; somebody who copies the storage is only slowed (docs/explanation/threats.md).
 */

import { signal } from "@preact/signals";

import { ApiFault, type Credentials, type Door, type Released } from "./api";
import { skewOf, treeNowMs } from "./clock";
import { aesKey, fromBase64, packKey, randomBytes, SALT_BYTES, seal, stretchPin, unseal, type Bytes, type Stretch } from "./crypto";
import { dropPack, dropRows, durable, getMeta, openDatabase, setMeta, waitingCount, wipe, type Database, type DeviceRecord } from "./db";
import { Outbox } from "./outbox";
import { loadPack } from "./pack";
import { forget, pack, skewMs, useKeeper } from "./store";

/** Design values of the contract. */
export const WRONG_PINS = 10;
export const BACKGROUND_MS = 5 * 60_000;
const RENEW_BEFORE_MS = 12 * 3600_000;
const RENEW_EVERY_MS = 30 * 60_000;

export type PhoneState = "starting" | "unbound" | "locked" | "open";

/** What the lock screen says besides: why the phone is as it is. A reason key, or empty. */
export const notice = signal("");
export const phone = signal<PhoneState>("starting");
/** Commands that wait, known without any key. */
export const waiting = signal(0);
export const boundAs = signal<Pick<DeviceRecord, "title" | "until"> | null>(null);
/** Until when what lies here can be read (tree time), or null. */
export const readableUntil = signal<Date | null>(null);

/** A PIN did not open the phone; `left` more tries before everything is wiped (0: it is wiped). */
export class PinWrong extends Error {
  readonly reason = "pin.wrong";
  constructor(readonly left: number) {
    super("pin.wrong");
  }
}

/** What is in memory while the phone is open. */
export interface Session {
  db: Database;
  who: Credentials;
  key: CryptoKey;
  outbox: Outbox;
}

interface Options {
  door: Door;
  stretch?: Stretch;
  name?: string;
  /** After each write of the outbox. */
  changed?: () => void;
  /** After a wipe. */
  wiped?: () => void;
}

export class Phone {
  session: Session | null = null;
  #pinKey: CryptoKey | null = null;
  #db: Database | null = null;
  #hiddenAt: number | null = null;

  constructor(readonly options: Options) {}

  get #stretch(): Stretch {
    return this.options.stretch ?? stretchPin;
  }

  async database(): Promise<Database> {
    return (this.#db ??= await openDatabase(this.options.name));
  }

  /** At each start: what is over is deleted before anything is asked. */
  async start(): Promise<void> {
    const db = await this.database();
    const device = await getMeta(db, "device");
    skewMs.value = (await getMeta(db, "skewMs")) ?? 0;
    boundAs.value = device ?? null;
    waiting.value = await waitingCount(db);
    if (device !== undefined) await this.checkEnd();
    if (device?.ended === true) notice.value = "device.ended";
    phone.value = device === undefined ? "unbound" : "locked";
  }

  /** Bind this phone with a code from the desk and lock it with a PIN. A code is good once. */
  async bind(code: string, label: string, pin: string): Promise<void> {
    const salt = randomBytes(SALT_BYTES);
    const key = await aesKey(await this.#stretch(pin, salt));
    const bound = await this.options.door.bind(code, label);
    const secret = await seal(key, "meta|device", bound.secret);
    const device: DeviceRecord = { device: bound.device, title: bound.title, until: bound.until, salt, secret, wrong: 0, ended: false };
    await setMeta(await this.database(), { device });
    boundAs.value = device;
    notice.value = "";
    phone.value = "locked";
    await this.unlock(pin);
  }

  /** Open the phone. Refuses with `PinWrong`; with an `ApiFault` where the server's half is needed and it does not give it. */
  async unlock(pin: string): Promise<void> {
    const db = await this.database();
    const device = await this.#counted(db);
    const pinBytes = await this.#stretch(pin, device.salt);
    const pinKey = await aesKey(pinBytes);
    const secret = await unseal<string>(pinKey, "meta|device", device.secret).catch(() => null);
    if (secret === null) {
      if (device.wrong >= WRONG_PINS) await this.wipe("pin.wiped");
      throw new PinWrong(Math.max(0, WRONG_PINS - device.wrong));
    }
    await this.#changeDevice(db, (kept) => ({ ...kept, wrong: 0 }));
    const who = { device: device.device, secret };
    const key = await packKey(pinBytes, await this.#serverKey(db, who, pinKey));
    pinBytes.fill(0);
    await this.#open({ db, who, key, outbox: new Outbox(db, key, this.options.changed) }, pinKey);
  }

  async #open(session: Session, pinKey: CryptoKey): Promise<void> {
    const rows = await loadPack(session.db, session.key).catch(async () => {
      // A damaged record: the rows are fetched anew, what was noted here is not touched.
      await dropRows(session.db);
      return {};
    });
    await session.outbox.load();
    await session.outbox.loadDrafts();
    pack.value = rows;
    useKeeper(session.outbox);
    this.session = session;
    this.#pinKey = pinKey;
    notice.value = "";
    phone.value = "open";
  }

  /** Counts a try before it is made, so that a kill in between does not give it back. */
  #counted(db: Database): Promise<DeviceRecord> {
    return this.#changeDevice(db, (device) => ({ ...device, wrong: device.wrong + 1 }));
  }

  #changeDevice(db: Database, change: (device: DeviceRecord) => DeviceRecord): Promise<DeviceRecord> {
    return durable(db, ["meta"], async (tx) => {
      const device = change((await tx.objectStore("meta").get("device")) as DeviceRecord);
      await tx.objectStore("meta").put(device, "device");
      return device;
    });
  }

  /** The server's half: as it was released, or asked for now. */
  async #serverKey(db: Database, who: Credentials, pinKey: CryptoKey): Promise<Bytes> {
    if (!(await this.checkEnd())) {
      const kept = await getMeta(db, "release");
      if (kept !== undefined) return fromBase64(await unseal<string>(pinKey, "meta|release", kept.key));
    }
    return await this.#release(db, who, pinKey);
  }

  async #release(db: Database, who: Credentials, pinKey: CryptoKey): Promise<Bytes> {
    const sentMs = Date.now();
    let released: Released;
    try {
      released = await this.options.door.release(who);
    } catch (fault) {
      await this.refused(fault);
      throw fault;
    }
    const nowMs = Date.parse(released.now);
    const release = { key: await seal(pinKey, "meta|release", released.key), untilMs: Date.parse(released.until), askedMs: nowMs };
    skewMs.value = skewOf(released.now, sentMs, Date.now());
    await setMeta(db, { release, latestMs: nowMs, skewMs: skewMs.value });
    await this.#changeDevice(db, (device) => ({ ...device, ended: false }));
    readableUntil.value = new Date(release.untilMs);
    return fromBase64(released.key);
  }

  /** Each contact tells the time; a release that ends within half a day is asked for again, for whoever begins a new shift. */
  async contact(treeNow: string, sentMs: number): Promise<void> {
    if (this.session === null || this.#pinKey === null) return;
    const { db, who } = this.session;
    skewMs.value = skewOf(treeNow, sentMs, Date.now());
    const latestMs = Date.parse(treeNow);
    await setMeta(db, { skewMs: skewMs.value, latestMs });
    const release = await getMeta(db, "release");
    const due = release !== undefined && release.untilMs - latestMs < RENEW_BEFORE_MS && latestMs - release.askedMs >= RENEW_EVERY_MS;
    if (due && this.#pinKey !== null) await this.#release(db, who, this.#pinKey);
  }

  /** Whether the pack is over; if it is, it goes with the keys to it, and the phone locks. The outbox stays, sealed. */
  async checkEnd(): Promise<boolean> {
    const db = await this.database();
    const release = await getMeta(db, "release");
    const nowMs = treeNowMs((await getMeta(db, "latestMs")) ?? 0);
    readableUntil.value = release === undefined ? null : new Date(release.untilMs);
    if (release === undefined) return true;
    if (nowMs < release.untilMs) {
      await setMeta(db, { latestMs: nowMs });
      return false;
    }
    await dropPack(db);
    readableUntil.value = null;
    this.lock("phone.over");
    return true;
  }

  /** What a refusal of the door means for this phone: revoked wipes it, ended takes the pack. Says whether it was one of these. */
  async refused(fault: unknown): Promise<boolean> {
    if (!(fault instanceof ApiFault) || fault.status !== 401) return false;
    if (fault.reason === "device.revoked") await this.wipe("device.revoked");
    else if (fault.reason === "device.ended") {
      const db = await this.database();
      await dropPack(db);
      await this.#changeDevice(db, (device) => ({ ...device, ended: true }));
      this.lock("device.ended");
    } else return false;
    return true;
  }

  /** Keys and everything readable leave the memory; the PIN is asked again. */
  lock(why = ""): void {
    this.session?.outbox.close();
    this.session = null;
    this.#pinKey = null;
    forget();
    if (phone.value === "open" || why !== "") notice.value = why;
    if (phone.value === "open") phone.value = "locked";
    void this.database().then(waitingCount).then((count) => (waiting.value = count), () => undefined);
  }

  /** Everything on this phone goes, keys first. */
  async wipe(why: string): Promise<void> {
    const db = await this.database();
    this.session?.outbox.close();
    this.session = null;
    this.#pinKey = null;
    forget();
    await wipe(db);
    [notice.value, boundAs.value, readableUntil.value, waiting.value] = [why, null, null, 0];
    phone.value = "unbound";
    this.options.wiped?.();
  }

  /** Out of sight for five minutes: locked. Timers sleep in the background, so the time is looked at again on return. */
  visible(shown: boolean, deviceMs = Date.now()): void {
    if (!shown) this.#hiddenAt ??= deviceMs;
    else {
      if (this.#hiddenAt !== null && deviceMs - this.#hiddenAt >= BACKGROUND_MS && phone.value === "open") this.lock("phone.was-hidden");
      this.#hiddenAt = null;
    }
  }

  /** Called each minute, also in the background. */
  async minute(deviceMs = Date.now()): Promise<void> {
    if (this.#hiddenAt !== null && deviceMs - this.#hiddenAt >= BACKGROUND_MS && phone.value === "open") this.lock("phone.was-hidden");
    if (phone.value === "open") await this.checkEnd();
  }
}
