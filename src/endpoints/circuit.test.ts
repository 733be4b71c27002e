import { describe, expect, it } from 'vitest';
import { Circuit } from './circuit.js';

const now = () => performance.now();

function opened(): Circuit {
  const circuit = new Circuit({ failures: 2, cooldownMs: 1000 });
  circuit.failed();
  expect(circuit.admit()).toBe(0);
  circuit.failed();
  return circuit;
}

describe('a circuit', () => {
  it('opens after so many failures in a row, and says for how long', () => {
    const wait = opened().admit();
    expect(wait).toBeGreaterThan(900);
    expect(wait).toBeLessThanOrEqual(1000);
  });

  it('lets one through when the time is over, and closes when that is answered', () => {
    const circuit = opened();
    const later = now() + 1001;
    expect(circuit.admit(later)).toBe(0);
    expect(circuit.admit(later)).toBeGreaterThan(0);
    circuit.answered();
    expect(circuit.admit(later)).toBe(0);
    expect(circuit.state).toBe('closed');
  });

  it('waits once more when that one fails, and not when it is given up', () => {
    const circuit = opened();
    expect(circuit.admit(now() + 1001)).toBe(0);
    circuit.abandoned();
    expect(circuit.admit(now() + 1001)).toBe(0);
    circuit.failed();
    expect(circuit.admit()).toBeGreaterThan(900);
  });

  it('stays closed while answers come in between', () => {
    const circuit = new Circuit({ failures: 2, cooldownMs: 1000 });
    for (let round = 0; round < 5; round++) {
      circuit.failed();
      circuit.answered();
    }
    expect(circuit.admit()).toBe(0);
  });
});
