import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { startScanner, Sightings, type CameraState, type Detector, type Scanner } from "../src/core/scanner";

let frame: string[] = [];
let stopped = 0;
let scanner: Scanner | null = null;
const codes: string[] = [];
const states: CameraState[] = [];
let lamp: boolean | null = null;
const applied: unknown[] = [];

const reader = async (): Promise<Detector> => ({ detect: async () => frame.map((rawValue) => ({ rawValue })) });

function track(): object {
  return { stop: () => (stopped += 1), getCapabilities: () => ({ torch: true }), applyConstraints: async (wanted: unknown) => void applied.push(wanted) };
}

function withCamera(getUserMedia: () => Promise<unknown>): void {
  Object.defineProperty(navigator, "mediaDevices", { configurable: true, value: { getUserMedia } });
}

function start(made = reader): void {
  const video = document.createElement("video");
  Object.defineProperty(video, "srcObject", { writable: true, value: null });
  video.play = async () => undefined;
  scanner = startScanner(
    video,
    { onCode: (text) => codes.push(text), onState: (state) => states.push(state), onTorch: (has) => (lamp = has) },
    made,
  );
}

function show(visibility: "visible" | "hidden"): void {
  Object.defineProperty(document, "visibilityState", { configurable: true, value: visibility });
  document.dispatchEvent(new Event("visibilitychange"));
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  [frame, stopped, lamp] = [[], 0, null];
  codes.length = states.length = applied.length = 0;
  const tracks = [track()];
  withCamera(async () => ({ getTracks: () => tracks, getVideoTracks: () => tracks }));
});

afterEach(() => {
  scanner?.stop();
  show("visible");
  vi.useRealTimers();
});

test("a code that stays before the camera is read once, and again when it comes back after two seconds", async () => {
  frame = ["T0000001"];
  start();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(codes).toEqual(["T0000001"]);
  frame = [];
  await vi.advanceTimersByTimeAsync(2_100);
  frame = ["T0000001"];
  await vi.advanceTimersByTimeAsync(200);
  expect(codes).toEqual(["T0000001", "T0000001"]);
});

test("codes one after another are all read while the camera stays open", async () => {
  start();
  for (let number = 0; number < 11; number += 1) {
    frame = [`code ${number}`];
    await vi.advanceTimersByTimeAsync(150);
  }
  expect(codes).toEqual(Array.from({ length: 11 }, (_, number) => `code ${number}`));
  expect(states).toEqual(["starting", "running"]);
});

test("while a person is confirmed nothing is read, and the code still in his hand is not read again", async () => {
  frame = ["A"];
  start();
  await vi.advanceTimersByTimeAsync(100);
  scanner?.hold(true);
  frame = ["B"];
  await vi.advanceTimersByTimeAsync(6_000);
  expect(codes).toEqual(["A"]);
  frame = ["A"];
  scanner?.hold(false);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(codes).toEqual(["A"]);
  frame = ["B"];
  await vi.advanceTimersByTimeAsync(100);
  expect(codes).toEqual(["A", "B"]);
});

test("a hidden page stops the camera and a seen one opens it again", async () => {
  start();
  await vi.advanceTimersByTimeAsync(100);
  show("hidden");
  expect([stopped, states.at(-1)]).toEqual([1, "paused"]);
  show("visible");
  frame = ["A"];
  await vi.advanceTimersByTimeAsync(100);
  expect(codes).toEqual(["A"]);
  expect(states.at(-1)).toBe("running");
});

test.each([
  ["NotAllowedError", "denied"],
  ["NotFoundError", "missing"],
  ["NotReadableError", "busy"],
])("a camera that answers %s is told at once as %s", async (name, state) => {
  withCamera(async () => Promise.reject(new DOMException("", name)));
  start();
  await vi.advanceTimersByTimeAsync(0);
  expect(states).toEqual(["starting", state]);
});

test("a phone without camera, and one whose reader cannot be fetched, say so", async () => {
  Object.defineProperty(navigator, "mediaDevices", { configurable: true, value: undefined });
  start();
  await vi.advanceTimersByTimeAsync(0);
  expect(states.at(-1)).toBe("missing");
  withCamera(async () => ({ getTracks: () => [track()], getVideoTracks: () => [] }));
  start(async () => Promise.reject(new Error("wasm")));
  await vi.advanceTimersByTimeAsync(0);
  expect([states.at(-1), stopped]).toEqual(["no-reader", 1]);
});

test("the lamp is switched where there is one, and a stopped scanner lets the camera go", async () => {
  start();
  await vi.advanceTimersByTimeAsync(10);
  expect(lamp).toBe(true);
  await scanner?.torch(true);
  expect(applied).toEqual([{ advanced: [{ torch: true }] }]);
  scanner?.stop();
  frame = ["late"];
  await vi.advanceTimersByTimeAsync(1_000);
  expect([stopped, codes]).toEqual([1, []]);
});

test("sightings forget what is long out of view", () => {
  const sightings = new Sightings();
  expect([sightings.isNew("A", 0), sightings.isNew("B", 10), sightings.isNew("A", 1_900), sightings.isNew("A", 3_800), sightings.isNew("B", 3_800)]).toEqual([
    true,
    true,
    false,
    false,
    true,
  ]);
});
