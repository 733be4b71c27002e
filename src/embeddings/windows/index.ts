export { cutUnits, type Unit, type UnitSpan } from './cut-units.js';
export { type TextWindow, textWindows } from './text-windows.js';
