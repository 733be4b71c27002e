import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GraphBuilder, type Value } from '../../src/embeddings/builtin/onnx/graph-builder.js';
import { ElementType } from '../../src/embeddings/builtin/onnx/onnx-model.js';

const SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]'];
const [PAD, UNKNOWN, START, END] = SPECIAL as [string, string, string, string];

/**
 * Writes a model for sequence classification in the layout of Transformers.js: a real tokenizer over `words`, and a graph
 * whose logit is how many pairs of equal words the question (segment 0) and the text (segment 1) have. So a score tells
 * which texts were read with which question, and how far they were cut.
 * @param classes 2 for logits "no, yes", where "no" is always 0
 */
export function writeTinyCrossEncoder(folder: string, words: readonly string[], classes: 1 | 2 = 1): void {
  mkdirSync(join(folder, 'onnx'), { recursive: true });
  const vocabulary = Object.fromEntries([...SPECIAL, ...words].map((word, id) => [word, id]));
  const json = (name: string, value: object) => writeFileSync(join(folder, name), JSON.stringify(value));
  json('config.json', {
    model_type: 'bert',
    architectures: ['BertForSequenceClassification'],
    num_labels: classes,
  });
  json('tokenizer_config.json', {
    tokenizer_class: 'BertTokenizer',
    model_max_length: 512,
    pad_token: PAD,
    unk_token: UNKNOWN,
    cls_token: START,
    sep_token: END,
  });
  json('tokenizer.json', tokenizer(vocabulary));
  writeFileSync(join(folder, 'onnx', 'model.onnx'), graph(classes));
}

function tokenizer(vocab: Readonly<Record<string, number>>): object {
  const special = (id: string) => ({ SpecialToken: { id, type_id: 0 } });
  const sequence = (id: string, type_id: number) => ({ Sequence: { id, type_id } });
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: SPECIAL.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [special(START), sequence('A', 0), special(END)],
      pair: [
        special(START),
        sequence('A', 0),
        special(END),
        sequence('B', 1),
        { SpecialToken: { id: END, type_id: 1 } },
      ],
      special_tokens: Object.fromEntries(
        [START, END].map((id) => [id, { id, ids: [vocab[id]], tokens: [id] }]),
      ),
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: UNKNOWN,
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab,
    },
  };
}

function graph(classes: 1 | 2): Uint8Array {
  const g = new GraphBuilder();
  const toFloat = (value: Value) => g.node('Cast', [value], { to: { int: ElementType.Float32 } });
  const across = (value: Value) => g.node('Unsqueeze', [value, g.ints(2)]);
  const along = (value: Value) => g.node('Unsqueeze', [value, g.ints(1)]);
  const isWord = toFloat(g.node('Greater', ['input_ids', g.int(SPECIAL.length - 1)]));
  const segment = toFloat('token_type_ids');
  const inText = g.node('Mul', [segment, isWord]);
  const inQuestion = g.node('Sub', [isWord, inText]);
  const equal = toFloat(g.node('Equal', [across('input_ids'), along('input_ids')]));
  const pairs = g.node('Mul', [g.node('Mul', [equal, across(inQuestion)]), along(inText)]);
  const sum = g.node('ReduceSum', [pairs, g.ints(1, 2)], { keepdims: { int: 0 } });
  const logit = g.node('Unsqueeze', [sum, g.ints(1)]);
  const none = g.node('Sub', [logit, logit]);
  g.output(classes === 1 ? logit : g.node('Concat', [none, logit], { axis: { int: 1 } }), 'logits');
  const ids = (name: string) => ({ name, type: ElementType.Int64, shape: ['batch', 'length'] });
  return g.encode('tiny-cross-encoder', ['input_ids', 'attention_mask', 'token_type_ids'].map(ids), [
    { name: 'logits', type: ElementType.Float32, shape: ['batch', classes] },
  ]);
}
