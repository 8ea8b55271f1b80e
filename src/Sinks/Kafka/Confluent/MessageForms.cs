using System.Text;
using Confluent.Kafka;
using Emergence.Sinks.Kafka.Client;

namespace Emergence.Sinks.Kafka.Confluent;

/// <summary>Between the product's messages and the library's.</summary>
internal static class MessageForms
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>A message to be sent.</summary>
    public static Message<byte[], ReadOnlyMemory<byte>> ToLibrary(KafkaMessage message)
    {
        var headers = new Headers();
        foreach (var (name, value) in message.Headers)
            headers.Add(name, Encoding.UTF8.GetBytes(value));
        return new() { Key = Encoding.UTF8.GetBytes(message.Key), Value = message.Value, Headers = headers };
    }

    /// <summary>A message that was read.</summary>
    public static ReceivedMessage ToProduct(ConsumeResult<byte[], byte[]> result)
    {
        var headers = new List<KeyValuePair<string, string>>();
        foreach (var header in result.Message.Headers ?? [])
        {
            if (Text(header.GetValueBytes()) is { } value)
                headers.Add(new(header.Key, value));
        }

        return new(
            new(result.Topic, result.Partition.Value, result.Offset.Value),
            Text(result.Message.Key),
            result.Message.Value,
            headers,
            DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(result.Message.Timestamp.UnixTimestampMs, 0, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())));
    }

    private static string? Text(byte[]? bytes)
    {
        try
        {
            return bytes is null ? null : Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
