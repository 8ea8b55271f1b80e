namespace Emergence.Sinks.Tests.RunFolder;

/// <summary>A clock that stands.</summary>
internal sealed class FixedTime : TimeProvider
{
    public static readonly FixedTime Noon = new();

    public override DateTimeOffset GetUtcNow() => new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);
}
