import { describe, expect, it } from 'vitest';
import { ProtobufMessage } from './protobuf.js';

const hex = (message: ProtobufMessage) => Buffer.from(message.finish()).toString('hex');

// The expected bytes of the first two are the examples of https://protobuf.dev/programming-guides/encoding.
describe('ProtobufMessage', () => {
  it('writes integers as varints', () => {
    expect(hex(new ProtobufMessage().int(1, 150))).toBe('089601');
  });

  it('writes text with its length in bytes', () => {
    expect(hex(new ProtobufMessage().text(2, 'testing'))).toBe('120774657374696e67');
    expect(hex(new ProtobufMessage().text(2, 'é'))).toBe('1202c3a9');
  });

  it('writes negative integers as ten bytes of two’s complement', () => {
    expect(hex(new ProtobufMessage().int(1, -1))).toBe('08ffffffffffffffffff01');
  });

  it('writes integers beyond 32 bits', () => {
    expect(hex(new ProtobufMessage().int(1, 2 ** 40))).toBe('08808080808020');
  });

  it('writes floats in little-endian order', () => {
    expect(hex(new ProtobufMessage().float(3, 1.5))).toBe('1d0000c03f');
  });

  it('nests messages, and repeats a field for each of several', () => {
    const inner = new ProtobufMessage().int(1, 150);
    expect(hex(new ProtobufMessage().message(3, inner))).toBe('1a03089601');
    expect(hex(new ProtobufMessage().messages(3, [inner, inner]))).toBe('1a030896011a03089601');
  });

  it('writes field numbers above 15 in two bytes', () => {
    expect(hex(new ProtobufMessage().int(20, 2))).toBe('a00102');
  });
});
