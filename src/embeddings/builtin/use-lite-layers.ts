import { AquiferError } from '../../errors/index.js';
import type { GraphBuilder, Value } from './onnx/graph-builder.js';
import type { Weight, Weights } from './weights.js';

const HEADS = 4;
/** As TensorFlow holds 1e-6 in the original graph. */
const LAYER_NORM_EPSILON = 1e-6;

/** The building blocks of the network, each reading its parameters from the weights by their scope. */
export class UseLiteLayers {
  readonly #graph: GraphBuilder;
  readonly #weights: Weights;

  constructor(graph: GraphBuilder, weights: Weights) {
    this.#graph = graph;
    this.#weights = weights;
  }

  linear(input: Value, kernel: string, bias: string): Value {
    const product = this.#graph.node('MatMul', [input, this.#matrix(kernel)]);
    return this.#graph.node('Add', [product, this.#vector(bias)]);
  }

  layerNorm(input: Value, scope: string): Value {
    const scale = this.#vector(`${scope}/layer_norm_scale/ConcatPartitions/concat`);
    const bias = this.#vector(`${scope}/layer_norm_bias/ConcatPartitions/concat`);
    return this.#graph.node('LayerNormalization', [input, scale, bias], {
      axis: { int: -1 },
      epsilon: { float: LAYER_NORM_EPSILON },
    });
  }

  /**
   * Multi-head attention over the first `lengths` tokens of each row, without the output projection.
   * onnxruntime's fused operator scales by 1/√(head size), as the original graph does.
   */
  attention(input: Value, kernel: string, bias: string, lengths: Value): Value {
    const inputs = [input, this.#matrix(kernel), this.#vector(bias), lengths];
    return this.#graph.microsoftNode('Attention', inputs, { num_heads: { int: HEADS } });
  }

  #matrix(name: string): Value {
    const { shape, values } = this.#weight(name);
    // Convolution kernels of width 1 are matrices with leading ones in their shape.
    return this.#graph.floats(name, shape.slice(-2), values);
  }

  #vector(name: string): Value {
    const { shape, values } = this.#weight(name);
    return this.#graph.floats(name, shape, values);
  }

  #weight(name: string): Weight {
    return requireWeight(this.#weights, name);
  }
}

/** @throws AQF_EMBEDDING_FAILED when the weights lack it */
export function requireWeight(weights: Weights, name: string): Weight {
  const weight = weights.get(name);
  if (weight) return weight;
  throw new AquiferError('AQF_EMBEDDING_FAILED', `The built-in embedding model lacks the weight "${name}".`);
}
