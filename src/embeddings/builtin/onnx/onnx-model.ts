import { ProtobufMessage } from './protobuf.js';

/** The part of the ONNX format (https://onnx.ai/onnx/api/classes.html) that the built-in model uses. */
export interface OnnxModel {
  readonly name: string;
  readonly operatorSets: readonly { readonly domain: string; readonly version: number }[];
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
}

export interface OnnxNode {
  readonly operator: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

export type OnnxAttribute = { readonly int: number } | { readonly float: number };

export interface OnnxTensor {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Little-endian values, row-major. */
  readonly data: Uint8Array;
}

/** An input or output; a dimension given by name is free. */
export interface OnnxPort {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly (number | string)[];
}

/** `TensorProto.DataType` */
export const ElementType = { Float32: 1, Int32: 6, Int64: 7 } as const;
export type ElementType = (typeof ElementType)[keyof typeof ElementType];

/** IR version 8 goes with operator set 17 and is read by every onnxruntime since 1.12. */
const IR_VERSION = 8;

/** The bytes of a `.onnx` file. The numbers are the field numbers of onnx.proto. */
export function encodeOnnxModel(model: OnnxModel): Uint8Array {
  const graph = new ProtobufMessage()
    .messages(1, model.nodes.map(nodeMessage))
    .text(2, model.name)
    .messages(5, model.initializers.map(tensorMessage))
    .messages(11, model.inputs.map(portMessage))
    .messages(12, model.outputs.map(portMessage));
  const operatorSets = model.operatorSets.map(({ domain, version }) =>
    new ProtobufMessage().text(1, domain).int(2, version),
  );
  return new ProtobufMessage().int(1, IR_VERSION).message(7, graph).messages(8, operatorSets).finish();
}

function nodeMessage(node: OnnxNode): ProtobufMessage {
  const message = new ProtobufMessage();
  for (const input of node.inputs) message.text(1, input);
  return message
    .text(2, node.output)
    .text(4, node.operator)
    .messages(5, Object.entries(node.attributes).map(attributeMessage))
    .text(7, node.domain);
}

function attributeMessage([name, value]: readonly [string, OnnxAttribute]): ProtobufMessage {
  const message = new ProtobufMessage().text(1, name);
  return 'int' in value ? message.int(3, value.int).int(20, 2) : message.float(2, value.float).int(20, 1);
}

function tensorMessage(tensor: OnnxTensor): ProtobufMessage {
  const message = new ProtobufMessage();
  for (const size of tensor.shape) message.int(1, size);
  return message.int(2, tensor.type).text(8, tensor.name).bytes(9, tensor.data);
}

function portMessage(port: OnnxPort): ProtobufMessage {
  const dimensions = port.shape.map((size) =>
    typeof size === 'number' ? new ProtobufMessage().int(1, size) : new ProtobufMessage().text(2, size),
  );
  const shape = new ProtobufMessage().messages(1, dimensions);
  const tensorType = new ProtobufMessage().int(1, port.type).message(2, shape);
  return new ProtobufMessage().text(1, port.name).message(2, new ProtobufMessage().message(1, tensorType));
}
