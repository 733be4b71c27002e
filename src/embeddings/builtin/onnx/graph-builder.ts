import {
  ElementType,
  encodeOnnxModel,
  type OnnxAttribute,
  type OnnxNode,
  type OnnxPort,
  type OnnxTensor,
} from './onnx-model.js';

/** The name of a value in the graph: an input, a constant or what a node computes. */
export type Value = string;

/** Operators beyond the ONNX standard that both onnxruntime builds carry. */
const MICROSOFT_DOMAIN = 'com.microsoft';

/** Collects the nodes and constants of a graph in the order they are asked for. */
export class GraphBuilder {
  readonly #nodes: OnnxNode[] = [];
  readonly #constants: OnnxTensor[] = [];

  floats(name: string, shape: readonly number[], data: Float32Array): Value {
    return this.#constant(name, ElementType.Float32, shape, data);
  }

  /** A vector of 64-bit integers, as operators take them for axes and bounds. */
  ints(...values: readonly number[]): Value {
    const data = BigInt64Array.from(values, BigInt);
    return this.#constant(`ints${this.#constants.length}`, ElementType.Int64, [values.length], data);
  }

  int(value: number): Value {
    const data = BigInt64Array.of(BigInt(value));
    return this.#constant(`int${this.#constants.length}`, ElementType.Int64, [], data);
  }

  node(operator: string, inputs: readonly Value[], attributes: Record<string, OnnxAttribute> = {}): Value {
    return this.#node(operator, '', inputs, attributes);
  }

  microsoftNode(
    operator: string,
    inputs: readonly Value[],
    attributes: Record<string, OnnxAttribute>,
  ): Value {
    return this.#node(operator, MICROSOFT_DOMAIN, inputs, attributes);
  }

  /** Gives a value the name under which the session returns it. */
  output(value: Value, name: string): void {
    this.#nodes.push({ operator: 'Identity', domain: '', inputs: [value], output: name, attributes: {} });
  }

  /** The finished model as the bytes of a `.onnx` file, operator set 17. */
  encode(name: string, inputs: readonly OnnxPort[], outputs: readonly OnnxPort[]): Uint8Array {
    const operatorSets = [
      { domain: '', version: 17 },
      { domain: MICROSOFT_DOMAIN, version: 1 },
    ];
    return encodeOnnxModel({
      name,
      operatorSets,
      nodes: this.#nodes,
      initializers: this.#constants,
      inputs,
      outputs,
    });
  }

  #node(
    operator: string,
    domain: string,
    inputs: readonly Value[],
    attributes: Record<string, OnnxAttribute>,
  ): Value {
    const output = `${operator}${this.#nodes.length}`;
    this.#nodes.push({ operator, domain, inputs, output, attributes });
    return output;
  }

  #constant(
    name: string,
    type: ElementType,
    shape: readonly number[],
    data: Float32Array | BigInt64Array,
  ): Value {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#constants.push({ name, type, shape, data: bytes });
    return name;
  }
}
