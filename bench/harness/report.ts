import { writeFile } from 'node:fs/promises';
import { formatTable } from '../../src/cli/output/table.js';
import type { Measurement } from './measurement.js';

export function formatMeasurements(measurements: readonly Measurement[]): string {
  return formatTable(
    ['metric', 'value', 'unit', 'ratio', 'reference'],
    measurements.map(({ metric, value, unit, ratio, reference }) => [
      metric,
      String(value),
      unit,
      ratio === null ? '' : String(ratio),
      reference ?? '',
    ]),
  );
}

export async function writeMeasurements(file: string, measurements: readonly Measurement[]): Promise<void> {
  await writeFile(file, `${JSON.stringify(measurements, null, 2)}\n`);
}
