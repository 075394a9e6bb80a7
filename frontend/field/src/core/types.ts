/**
 * What lies on the phone: one shape per shelf of the pack, as `GET /api/field/pull` gives it.
 *
 * Ids are UUIDs as text; moments are ISO texts with zone (tree time); `day` is a local day (YYYY-MM-DD).
 */

export type Duty = "grid-worker" | "registrar" | "sampler" | "gate-guard" | "phone-operator" | "community-secretary";

export interface MeRow {
  title: string;
  duties: { duty: string; area: string; name: string }[];
  tree: string;
  exercise: boolean;
  label: string;
  /** The end of this phone's binding. */
  until: string;
  /** How many persons the pack may hold. */
  limit: number;
  shift: { worker: string; started_at: string | null; rest_due_at: string | null } | null;
  test: { outcome: string; due: string | null } | null;
  /** Registrars only: base64 of the key under which document numbers are looked up. */
  lookup_key?: string;
}

export interface PlaceRow {
  id: string;
  /** compound, building, unit, floor, room ... */
  kind: string;
  name: string;
  parent: string | null;
  path: string;
}

export type Band = "" | "0-2" | "3-17" | "18-59" | "60-79" | "80+";

export interface PersonRow {
  id: string;
  /** Full for grid workers, the surname only for registrars. */
  name: string;
  band: Band;
  dwelling: string | null;
  household: string | null;
  file_no: string;
  head: boolean;
  guardian: string | null;
  channel: string;
}

export interface LookupRow {
  person: string;
  /** First 16 hex characters of the HMAC of the normalised document number, or empty. */
  document: string;
  /** The sampling code, or empty. */
  code: string;
}

export interface RoundRow {
  id: string;
  reason: string;
  area: string;
  opens_at: string;
  closes_at: string;
  temperature_gate: boolean;
}

export interface RollRow {
  round: string;
  person: string;
  building: string | null;
  /** pool, home, isolated ... */
  list: string;
  state: string;
  way: string;
  struck: boolean;
  contradicted: boolean;
  /** Never pooled: sampled with a tube of his own. */
  alone: boolean;
}

export interface TubeRow {
  id: string;
  label: string;
  purpose: string;
  pool_size: number;
  round: string | null;
  team: string;
  state: string;
  opened_at: string;
  closed_at: string | null;
  people: string[];
  box: string | null;
}

export interface BoxRow {
  id: string;
  label: string;
  to_body: string;
  said: number;
  /** Labels of the tubes in it. */
  tubes: string[];
}

export interface LabRow {
  id: string;
  name: string;
}

export interface TaskRow {
  id: string;
  kind: string;
  place: string | null;
  person: string | null;
  due_at: string;
  state: string;
  mine: boolean;
  /** How often it was sent up the line. */
  level: number;
  roles: string[];
  source_kind: string;
  source: string;
}

export interface TestRow {
  id: string;
  person: string;
  opens_at: string;
  due_at: string;
  where: string;
  source_kind: string;
}

export interface VisitRow {
  id: string;
  campaign: string;
  kind: string;
  household: string;
  dwelling: string;
  due_at: string | null;
  state: string;
  attempts: number;
  /** Its place in walking order. */
  step: number;
}

export interface RoutineRow {
  id: string;
  person: string | null;
  place: string | null;
  day: string;
  item: string;
  from: string;
  to: string;
  done: boolean;
}

export interface RequestRow {
  id: string;
  person: string;
  kind: string;
  asked_at: string;
  due_at: string | null;
  state: string;
  mine: boolean;
  claimed: boolean;
  incident: string | null;
  /** Paid, in cents of a yuan. */
  amount: number | null;
}

export interface CallRow {
  id: string;
  person: string;
  name: string;
  phone: string;
  reason: string;
  /** Empty while nobody has answered. */
  result: string;
}

export interface GateRow {
  /** kid -> base64 of the raw 32 bytes of an Ed25519 public key. */
  keys: Record<string, string>;
  withdrawn: string[];
  until: string;
}

export interface PostRow {
  id: string;
  name: string;
  place: string;
  kind: string;
}

/** Every shelf with the shape of its rows; the key of a row is its id unless said. */
export interface Shelves {
  /** key "me" */
  me: MeRow;
  places: PlaceRow;
  people: PersonRow;
  /** key: person id */
  lookups: LookupRow;
  rounds: RoundRow;
  /** key: "<round>/<person>" */
  roll: RollRow;
  tubes: TubeRow;
  boxes: BoxRow;
  labs: LabRow;
  tasks: TaskRow;
  tests: TestRow;
  visits: VisitRow;
  routine: RoutineRow;
  requests: RequestRow;
  calls: CallRow;
  /** key "list" */
  gate: GateRow;
  posts: PostRow;
}

export type ShelfName = keyof Shelves;

export const SHELVES: readonly ShelfName[] = [
  "me", "places", "people", "lookups", "rounds", "roll", "tubes", "boxes", "labs", "tasks", "tests", "visits", "routine", "requests", "calls", "gate", "posts",
];

/** What a command will change, shown at once: per shelf and key the changed columns, a whole new row, or null for a row that goes. */
export type Patches = { [S in ShelfName]?: Record<string, Partial<Shelves[S]> | null> };

export type PendingState = "waiting" | "sent" | "done" | "refused" | "held";

/** A command in the outbox. `about`: ids and labels of what it names (tube, box, task, request ...). */
export interface Pending {
  id: string;
  counter: number;
  /** Device clock, ISO. */
  at: string;
  act: string;
  body: Record<string, unknown>;
  about: string[];
  state: PendingState;
  /** Why it was refused or held; empty otherwise. */
  reason: string;
  /** late, clock, implausible */
  flags: string[];
}
