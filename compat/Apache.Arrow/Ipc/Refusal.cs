namespace Apache.Arrow.Ipc;

/// <summary>
/// How bytes are refused: every message begins with <c>offset N: </c>, the byte of the stream (counted from where reading began) or of the
/// file at which they are not what they claim to be.
/// </summary>
internal static class Refusal
{
    public static InvalidDataException Malformed(long offset, string problem) => new($"offset {offset}: {problem}");

    public static NotSupportedException Unsupported(long offset, string problem) => new($"offset {offset}: {problem}");
}
