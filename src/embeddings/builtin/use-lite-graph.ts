import { BUILTIN_MODEL } from './model.js';
import { GraphBuilder, type Value } from './onnx/graph-builder.js';
import { ElementType } from './onnx/onnx-model.js';
import { averagingWeights, embedTokens } from './use-lite-inputs.js';
import { UseLiteLayers } from './use-lite-layers.js';
import type { Weights } from './weights.js';

const ENCODER = 'module_apply_default/Encoder_en/KonaTransformer/Encode';
const OUTPUT_LAYER = 'module/Encoder_en/hidden_layers/tanh_layer_0';

/** Names of the session's inputs and output. */
export const TOKEN_IDS = 'token_ids';
export const LENGTHS = 'lengths';
export const SENTENCE_VECTORS = 'sentence_vectors';

/**
 * Universal Sentence Encoder Lite as the bytes of an ONNX model: two transformer layers, the mean over the
 * tokens, one tanh layer, length one.
 *
 * Inputs: `token_ids` int32 [batch, width], width at most 64, rows padded at their end with any valid id;
 * `lengths` int32 [batch], the tokens of each row, at least one. Output: `sentence_vectors` float32
 * [batch, 512].
 *
 * @throws AQF_EMBEDDING_FAILED when the weights lack a parameter
 */
export function buildUseLiteGraph(weights: Weights): Uint8Array {
  const graph = new GraphBuilder();
  const layers = new UseLiteLayers(graph, weights);
  const width = graph.node('Slice', [graph.node('Shape', [TOKEN_IDS]), graph.ints(1), graph.ints(2)]);

  const tokens = embedTokens(graph, weights, TOKEN_IDS, width);
  const widened = linear(layers, `${layer(0)}/dense`, tokens);
  const attended = graph.node('Add', [selfAttention(layers, tokens, 0), widened]);
  const first = graph.node('Add', [feedForward(graph, layers, attended, 0), attended]);
  const second = graph.node('Add', [selfAttention(layers, first, 1), first]);
  const mean = meanAfterFeedForward(graph, layers, second, averagingWeights(graph, LENGTHS, width));

  const projected = layers.linear(mean, `${OUTPUT_LAYER}/weights`, `${OUTPUT_LAYER}/bias`);
  const vectors = graph.node('Tanh', [projected]);
  graph.output(
    graph.node('LpNormalization', [vectors], { axis: { int: -1 }, p: { int: 2 } }),
    SENTENCE_VECTORS,
  );
  return graph.encode('universal-sentence-encoder-lite', INPUTS, OUTPUTS);
}

const INPUTS = [
  { name: TOKEN_IDS, type: ElementType.Int32, shape: ['batch', 'width'] },
  { name: LENGTHS, type: ElementType.Int32, shape: ['batch'] },
];
const OUTPUTS = [
  { name: SENTENCE_VECTORS, type: ElementType.Float32, shape: ['batch', BUILTIN_MODEL.dimensions] },
];

function selfAttention(layers: UseLiteLayers, input: Value, index: number): Value {
  const normalised = layers.layerNorm(input, `${layer(index)}/layer_prepostprocess/layer_norm`);
  const attended = layers.attention(
    normalised,
    `${attentionKernel(index)}/qkv_transform_single/kernel/part_0`,
    `${layer(index)}/MultiheadAttention/qkv_transform_single/bias/ConcatPartitions/concat`,
    LENGTHS,
  );
  return layers.linear(
    attended,
    `${attentionKernel(index)}/output_transform_single/kernel/part_0`,
    `${layer(index)}/MultiheadAttention/output_transform_single/bias/ConcatPartitions/concat`,
  );
}

function feedForward(graph: GraphBuilder, layers: UseLiteLayers, input: Value, index: number): Value {
  return contract(layers, expand(graph, layers, input, index), index);
}

/**
 * The mean over the tokens of the last layer's output. Its second matrix product is linear, so it is taken
 * of the mean: once a window instead of once a token, a sixth of the whole network's work.
 */
function meanAfterFeedForward(
  graph: GraphBuilder,
  layers: UseLiteLayers,
  input: Value,
  averaging: Value,
): Value {
  const mean = (value: Value) =>
    graph.node('Squeeze', [graph.node('MatMul', [averaging, value]), graph.ints(1)]);
  return graph.node('Add', [contract(layers, mean(expand(graph, layers, input, 1)), 1), mean(input)]);
}

function expand(graph: GraphBuilder, layers: UseLiteLayers, input: Value, index: number): Value {
  const normalised = layers.layerNorm(input, `${layer(index)}/FFN/layer_prepostprocess/layer_norm`);
  return graph.node('Relu', [convolution(layers, 'conv1', normalised, index)]);
}

function contract(layers: UseLiteLayers, input: Value, index: number): Value {
  return convolution(layers, 'conv2', input, index);
}

/** A convolution of width 1, that is a linear layer. */
function convolution(layers: UseLiteLayers, name: string, input: Value, index: number): Value {
  return layers.linear(
    input,
    `${ENCODER}/TransformerStack/Layer_${index}/TransformerLayer/FFN/${name}/Tensordot/Reshape_1`,
    `${layer(index)}/FFN/${name}/bias/ConcatPartitions/concat`,
  );
}

function linear(layers: UseLiteLayers, scope: string, input: Value): Value {
  return layers.linear(
    input,
    `${scope}/kernel/ConcatPartitions/concat`,
    `${scope}/bias/ConcatPartitions/concat`,
  );
}

function layer(index: number): string {
  return `${ENCODER}/Layer_${index}/TransformerLayer`;
}

function attentionKernel(index: number): string {
  return `module/Encoder_en/KonaTransformer/Encode/Layer_${index}/TransformerLayer/MultiheadAttention`;
}
