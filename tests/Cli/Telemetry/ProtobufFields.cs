using System.Buffers.Binary;
using System.Text;

namespace Emergence.Cli.Tests.Telemetry;

/// <summary>The fields of a protobuf message, as they lie in its bytes.</summary>
internal sealed class ProtobufFields
{
    private readonly List<(int Number, byte[] Bytes, long Value)> _fields = [];

    public ProtobufFields(ReadOnlySpan<byte> message)
    {
        while (message.Length > 0)
        {
            var tag = Varint(ref message);
            var (number, type) = ((int)(tag >> 3), tag & 7);
            switch (type)
            {
                case 0:
                    _fields.Add((number, [], (long)Varint(ref message)));
                    break;
                case 1:
                    _fields.Add((number, [], BinaryPrimitives.ReadInt64LittleEndian(message)));
                    message = message[8..];
                    break;
                case 2:
                    var length = (int)Varint(ref message);
                    _fields.Add((number, message[..length].ToArray(), 0));
                    message = message[length..];
                    break;
                case 5:
                    _fields.Add((number, [], BinaryPrimitives.ReadInt32LittleEndian(message)));
                    message = message[4..];
                    break;
                default:
                    throw new InvalidDataException($"wire type {type}");
            }
        }
    }

    public bool Has(int number) => _fields.Any(f => f.Number == number);

    public IEnumerable<ProtobufFields> Messages(int number) => _fields.Where(f => f.Number == number).Select(f => new ProtobufFields(f.Bytes));

    public string Text(int number) => Encoding.UTF8.GetString(_fields.FirstOrDefault(f => f.Number == number).Bytes ?? []);

    public long Whole(int number) => _fields.FirstOrDefault(f => f.Number == number).Value;

    private static ulong Varint(ref ReadOnlySpan<byte> bytes)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[0];
            bytes = bytes[1..];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
    }
}
