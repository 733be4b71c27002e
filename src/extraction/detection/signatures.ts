/** First bytes of common files that hold no document we read, so that the error can name them. */
const SIGNATURES: readonly (readonly [string, string])[] = [
  ['\x89PNG', 'a PNG image'],
  ['\xFF\xD8\xFF', 'a JPEG image'],
  ['GIF8', 'a GIF image'],
  ['II*\0', 'a TIFF image'],
  ['MM\0*', 'a TIFF image'],
  ['BM', 'a BMP image'],
  ['\x1F\x8B', 'a gzip archive'],
  ['BZh', 'a bzip2 archive'],
  ['7z\xBC\xAF\x27\x1C', 'a 7-Zip archive'],
  ['Rar!', 'a RAR archive'],
  ['\xFD7zXZ', 'an xz archive'],
  ['\x7FELF', 'an ELF program'],
  ['MZ', 'a Windows program'],
  ['SQLite format 3', 'an SQLite database'],
  ['OggS', 'an Ogg file'],
  ['ID3', 'an MP3 file'],
  ['fLaC', 'a FLAC file'],
  ['%!PS', 'a PostScript file'],
];

/** Control bytes that no text encoding in use writes; NUL is judged apart, for UTF-16 has it. */
const MAX_CONTROL_SHARE = 0.02;
const SAMPLE_BYTES = 8192;

/** What a file that is no text is; undefined for text of any encoding. */
export function binaryKind(bytes: Uint8Array): string | undefined {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  const isBinary = looksBinary(sample);
  const head = Buffer.from(bytes.subarray(0, 16)).toString('latin1');
  const known = SIGNATURES.find(([signature]) => head.startsWith(signature))?.[1];
  if (head.startsWith('%!PS')) return known;
  return isBinary ? (known ?? 'an unknown binary file') : undefined;
}

function looksBinary(sample: Uint8Array): boolean {
  const [first, second] = sample;
  const isMarkedUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (isMarkedUtf16) return false;
  let controls = 0;
  let evenNuls = 0;
  let oddNuls = 0;
  for (let index = 0; index < sample.length; index += 1) {
    const byte = sample[index] ?? 0;
    if (byte >= 0x20) continue;
    if (byte !== 0) controls += isTextControl(byte) ? 0 : 1;
    else if (index % 2 === 0) evenNuls += 1;
    else oddNuls += 1;
  }
  if (controls > sample.length * MAX_CONTROL_SHARE) return true;
  const isUtf16 = Math.max(evenNuls, oddNuls) > sample.length / 8 && Math.min(evenNuls, oddNuls) === 0;
  return evenNuls + oddNuls > 0 && !isUtf16;
}

/** Backspace to carriage return, the DOS end of file, and the escape of ISO-2022. */
function isTextControl(byte: number): boolean {
  return (byte >= 0x08 && byte <= 0x0d) || byte === 0x1a || byte === 0x1b;
}
