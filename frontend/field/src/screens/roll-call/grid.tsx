/** A house as a grid: units side by side, floors from the top down, one button a room. Arrow keys walk it. */

import type { JSX } from "preact";

import { t } from "../../core/i18n";
import type { Cell, House } from "./model";
import { classWord, SIGNS } from "./words";

interface Shown {
  house: House;
  name: string;
  onRoom: (room: string) => void;
}

export function Grid({ house, name, onRoom }: Shown): JSX.Element {
  const first = house.floors[0]?.cells.flat()[0]?.room.id;
  const widths = house.units.map((_, column) => `${Math.max(MIN_REM, ...house.floors.map((floor) => (floor.cells[column]?.length ?? 0) * CELL_REM))}rem`);
  return (
    <div class="house">
      <div role="table" class="floors" aria-label={t("Rooms of {house}", { house: name })} onKeyDown={walk}>
        <div role="row" class="storey heads">
          <span role="columnheader" class="floor">{t("Floor")}</span>
          {house.units.map((unit, column) => (
            <span role="columnheader" class="unit" key={unit.id} style={{ width: widths[column] }}>
              {unit.name}
              <span class="unit-count">{t("{done} of {all} sampled", { done: unit.counts.by.sampled, all: unit.counts.total })}</span>
            </span>
          ))}
        </div>
        {house.floors.map((floor) => (
          <div role="row" class="storey" key={floor.name}>
            <span role="rowheader" class="floor">{floor.name}</span>
            {floor.cells.map((cells, column) => (
              <span role="cell" class="unit" key={house.units[column]?.id} style={{ width: widths[column] }}>
                {cells.map((cell) => (
                  <Room key={cell.room.id} cell={cell} first={cell.room.id === first} onRoom={onRoom} />
                ))}
              </span>
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

/** The width of a room on the screen, and of a unit's heading at least. */
const CELL_REM = 3.1;
const MIN_REM = 6.3;

function Room({ cell, first, onRoom }: { cell: Cell; first: boolean; onRoom: (room: string) => void }): JSX.Element {
  const state = cell.state ?? "nobody";
  const said = cell.state === null ? t("nobody is asked here") : t("{people} people, {class}", { people: cell.people, class: classWord(cell.state) });
  return (
    <button
      type="button"
      class={`cell cell-${state}${cell.flagged ? " cell-flagged" : ""}`}
      data-waited={cell.waited > 1 ? cell.waited : undefined}
      tabIndex={first ? 0 : -1}
      aria-label={`${cell.room.name}: ${said}${cell.flagged ? `, ${t("reports differ")}` : ""}`}
      onClick={() => onRoom(cell.room.id)}
    >
      {cell.flagged ? "!" : cell.state === null ? "" : SIGNS[cell.state]}
      <span class="cell-name">{cell.room.name.replace(/[室房号]$/, "")}</span>
    </button>
  );
}

const STEPS: Readonly<Record<string, [number, number]>> = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/** Move the focus by one room. */
function walk(event: KeyboardEvent): void {
  const step = STEPS[event.key];
  const from = (event.target as HTMLElement).closest("button");
  const row = from?.closest("[role=row]");
  if (step === undefined || from === null || row === null || row === undefined) return;
  const lines = [...(row.parentElement?.children ?? [])];
  const at = [...row.querySelectorAll("button")].indexOf(from);
  const line = lines[lines.indexOf(row) + step[0]];
  const rooms = [...(line?.querySelectorAll("button") ?? [])];
  const next = rooms[Math.min(at + step[1], rooms.length - 1)];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}
