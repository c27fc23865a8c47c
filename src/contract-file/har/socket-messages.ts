import { type Connection, PacketType } from './connections.ts';

/** An event or message, with the acknowledgement where there is one. */
export interface SocketMessage {
  readonly atMs: number;
  readonly name: string;
  readonly args: readonly unknown[];
  /** Whether there are bytes in it. */
  readonly isBinary: boolean;
  readonly wantsAck: boolean;
  /** What came back; undefined without an answer. */
  readonly ack: readonly unknown[] | undefined;
  readonly connection: Connection;
}

/** The messages that the client sent, or those that it received. */
export function messagesIn(connection: Connection, isSent: boolean): SocketMessage[] {
  const isEvent = (type: PacketType) => type === PacketType.EVENT || type === PacketType.BINARY_EVENT;
  const isAck = (type: PacketType) => type === PacketType.ACK || type === PacketType.BINARY_ACK;
  const acks = connection.messages.filter((one) => one.isSent !== isSent && isAck(one.packet.type));
  return connection.messages.flatMap((message): SocketMessage[] => {
    const { packet } = message;
    if (message.isSent !== isSent || !isEvent(packet.type)) return [];
    const [name, ...args] = packet.data as [unknown, ...unknown[]];
    const ack =
      packet.id === undefined
        ? undefined
        : acks.find((one) => one.packet.id === packet.id && one.packet.nsp === packet.nsp);
    return [
      {
        atMs: message.atMs,
        name: String(name),
        args,
        isBinary: hasBytes(args),
        wantsAck: packet.id !== undefined,
        ack: ack?.packet.data as readonly unknown[] | undefined,
        connection,
      },
    ];
  });
}

function hasBytes(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return ArrayBuffer.isView(value) || Object.values(value).some(hasBytes);
}
