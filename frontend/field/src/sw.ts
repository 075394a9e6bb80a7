/// <reference lib="webworker" />
export const FILES = "__PRECACHE__";
