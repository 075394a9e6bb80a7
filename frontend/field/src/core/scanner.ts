/**
 * The camera as a reader of QR codes and Code 128: it stays open and reads on, frame by frame, until it is stopped.
 *
 * The browser's own detector where it reads both, else ZXing as wasm from our own origin, fetched at the first scan only (never with the app's first load).
 */

export type CameraState = "starting" | "running" | "paused" | "denied" | "missing" | "busy" | "no-reader";
/** States in which nothing will be read: type instead. */
export const FAULTS: ReadonlySet<CameraState> = new Set<CameraState>(["denied", "missing", "busy", "no-reader"]);

export interface Detector {
  detect(source: HTMLVideoElement): Promise<readonly { rawValue: string }[]>;
}

export interface Listener {
  onCode(text: string): void;
  onState(state: CameraState): void;
  /** Whether the camera has a lamp; told once it runs. */
  onTorch(hasTorch: boolean): void;
}

export interface Scanner {
  /** Read on, or stand still while something is confirmed; the picture goes on. */
  hold(isHeld: boolean): void;
  torch(isOn: boolean): Promise<void>;
  stop(): void;
}

const FORMATS = ["qr_code", "code_128"] as const;
/** Milliseconds between two frames that are read, so that a slow phone stays usable (design value). */
const PAUSE_MS = 60;
/** For so long after a code was last seen it is the same showing of it. */
const SAME_MS = 2_000;

/** Which codes are new: one that was in view within the last two seconds is not. Moments in milliseconds of any clock. */
export class Sightings {
  private readonly seen = new Map<string, number>();
  private last = "";

  isNew(text: string, at: number): boolean {
    const before = this.seen.get(text);
    this.seen.set(text, at);
    const found = before === undefined || at - before >= SAME_MS;
    if (found) this.last = text;
    for (const [one, moment] of this.seen) if (at - moment >= SAME_MS) this.seen.delete(one);
    return found;
  }

  /** Whatever was read last is still held before the camera: after a pause it is not new. */
  carryOver(at: number): void {
    if (this.last) this.seen.set(this.last, at);
  }
}

/** Start reading; returns at once, states and codes are told to the listener. `made` gives the detector. */
export function startScanner(video: HTMLVideoElement, listener: Listener, made: () => Promise<Detector> = detector): Scanner {
  const camera = new Camera(video, listener, made);
  void camera.open();
  return camera;
}

class Camera implements Scanner {
  private stream: MediaStream | null = null;
  private readonly sightings = new Sightings();
  private isHeld = false;
  private isStopped = false;
  /** Rises with each opening and closing: what an earlier one still does in the background counts no more. */
  private turn = 0;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly listener: Listener,
    private readonly made: () => Promise<Detector>,
  ) {
    document.addEventListener("visibilitychange", this.seenOrHidden);
  }

  async open(): Promise<void> {
    const turn = ++this.turn;
    this.listener.onState("starting");
    try {
      const reading = this.made();
      reading.catch(() => undefined);
      const stream = await camera();
      if (turn !== this.turn) return end(stream);
      this.stream = stream;
      this.video.srcObject = stream;
      await this.video.play();
      const found = await reading.catch(() => null);
      if (turn !== this.turn) return;
      if (found === null) return this.fail("no-reader");
      this.listener.onTorch(hasTorch(stream));
      this.listener.onState("running");
      await this.read(found, turn);
    } catch (error) {
      if (turn === this.turn) this.fail(faultOf(error));
    }
  }

  hold(isHeld: boolean): void {
    if (this.isHeld && !isHeld) this.sightings.carryOver(performance.now());
    this.isHeld = isHeld;
  }

  async torch(isOn: boolean): Promise<void> {
    const wanted = { torch: isOn } as MediaTrackConstraintSet;
    await this.stream?.getVideoTracks()[0]?.applyConstraints({ advanced: [wanted] });
  }

  stop(): void {
    this.isStopped = true;
    document.removeEventListener("visibilitychange", this.seenOrHidden);
    this.close();
  }

  private async read(reader: Detector, turn: number): Promise<void> {
    while (turn === this.turn) {
      const codes = this.isHeld ? [] : await reader.detect(this.video).catch(() => []);
      for (const { rawValue } of codes) {
        if (turn !== this.turn || this.isHeld) break;
        if (!rawValue || !this.sightings.isNew(rawValue, performance.now())) continue;
        globalThis.navigator.vibrate?.(40);
        this.listener.onCode(rawValue);
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  private fail(fault: CameraState): void {
    this.close();
    this.listener.onState(fault);
  }

  private close(): void {
    this.turn += 1;
    end(this.stream);
    this.stream = null;
    this.video.srcObject = null;
  }

  /** A hidden page needs no camera: it saves the battery. */
  private readonly seenOrHidden = (): void => {
    if (this.isStopped) return;
    if (document.visibilityState === "hidden") {
      this.close();
      this.listener.onState("paused");
    } else if (this.stream === null) void this.open();
  };
}

function end(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

async function camera(): Promise<MediaStream> {
  const devices = globalThis.navigator.mediaDevices as MediaDevices | undefined;
  if (devices === undefined) throw new DOMException("no camera", "NotFoundError");
  return await devices.getUserMedia({ audio: false, video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } } });
}

function faultOf(error: unknown): CameraState {
  const name = error instanceof Error || error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  return name === "NotFoundError" || name === "OverconstrainedError" ? "missing" : "busy";
}

function hasTorch(stream: MediaStream): boolean {
  const track = stream.getVideoTracks()[0];
  const able = track?.getCapabilities?.() as { torch?: boolean } | undefined;
  return able?.torch === true;
}

interface NativeDetector {
  new (options: { formats: readonly string[] }): Detector;
  getSupportedFormats(): Promise<string[]>;
}

/** The browser's detector where it reads both kinds of code, else ZXing's. */
export async function detector(): Promise<Detector> {
  const native = (globalThis as { BarcodeDetector?: NativeDetector }).BarcodeDetector;
  if (native !== undefined) {
    const known = await native.getSupportedFormats().catch((): string[] => []);
    if (FORMATS.every((format) => known.includes(format))) return new native({ formats: FORMATS });
  }
  const [{ BarcodeDetector, prepareZXingModule }, { default: wasm }] = await Promise.all([
    import("barcode-detector/ponyfill"),
    import("zxing-wasm/reader/zxing_reader.wasm?url"),
  ]);
  await prepareZXingModule({ overrides: { locateFile: (path: string, prefix: string) => (path.endsWith(".wasm") ? wasm : prefix + path) }, fireImmediately: true });
  return new BarcodeDetector({ formats: [...FORMATS] });
}
