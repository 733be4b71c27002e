import { BUILTIN_MODEL } from './model.js';
import type { GraphBuilder, Value } from './onnx/graph-builder.js';
import { ElementType } from './onnx/onnx-model.js';
import { requireWeight } from './use-lite-layers.js';
import type { Weights } from './weights.js';

const TOKEN_EMBEDDINGS = 'module/Embeddings_en';
const FREQUENCIES =
  'module_apply_default/Encoder_en/KonaTransformer/Encode/TransformerStack/Layer_0/AddTimingSignal/TimingSignal/ExpandDims_1';

/** Twice the embedding of each token (the original adds the table to itself) plus its position signal. */
export function embedTokens(graph: GraphBuilder, weights: Weights, tokenIds: Value, width: Value): Value {
  const table = requireWeight(weights, TOKEN_EMBEDDINGS);
  const doubled = graph.floats(
    TOKEN_EMBEDDINGS,
    table.shape,
    table.values.map((value) => 2 * value),
  );
  const embedded = graph.node('Gather', [doubled, tokenIds]);
  const positions = graph.node('Slice', [
    positionSignals(graph, weights),
    graph.ints(0),
    width,
    graph.ints(0),
  ]);
  return graph.node('Add', [embedded, positions]);
}

/**
 * For each row the weights whose product with its tokens is their mean: 1/length for every token, 0 for
 * padding. Shape [batch, 1, width].
 */
export function averagingWeights(graph: GraphBuilder, lengths: Value, width: Value): Value {
  const count = graph.node('Squeeze', [width, graph.ints(0)]);
  const places = graph.node('Range', [graph.int(0), count, graph.int(1)]);
  const rowLengths = graph.node('Unsqueeze', [lengths, graph.ints(1, 2)]);
  const isToken = graph.node('Less', [places, cast(graph, rowLengths, ElementType.Int64)]);
  const ones = cast(graph, isToken, ElementType.Float32);
  return graph.node('Div', [ones, cast(graph, rowLengths, ElementType.Float32)]);
}

/** Sines and cosines of position times frequency ("Attention is all you need", section 3.5). */
function positionSignals(graph: GraphBuilder, weights: Weights): Value {
  const frequencies = requireWeight(weights, FREQUENCIES).values;
  const rows = Array.from({ length: BUILTIN_MODEL.maxTokens }, (_, position) => {
    const angles = frequencies.map((frequency) => position * frequency);
    return [...angles.map(Math.sin), ...angles.map(Math.cos)];
  });
  const shape = [BUILTIN_MODEL.maxTokens, 2 * frequencies.length];
  return graph.floats('positions', shape, Float32Array.from(rows.flat()));
}

function cast(graph: GraphBuilder, value: Value, type: ElementType): Value {
  return graph.node('Cast', [value], { to: { int: type } });
}
