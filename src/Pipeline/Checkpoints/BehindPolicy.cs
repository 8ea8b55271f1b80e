using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Emergence.Pipeline.Checkpoints;

/// <summary>
/// What a reader that has fallen behind does with the checkpoints that wait: <c>queue</c> takes every one, <c>latest</c> the newest,
/// <c>every=N</c> each N-th of them, and the newest when fewer wait. It is decided when the reader takes, not when they are found.
/// </summary>
public sealed record BehindPolicy
{
    private const string EveryPrefix = "every=";

    private BehindPolicy(int stride) => Stride = stride;

    /// <summary>Takes every checkpoint, the oldest first.</summary>
    public static BehindPolicy Queue { get; } = new(1);

    /// <summary>Takes the newest and passes over the others.</summary>
    public static BehindPolicy Latest { get; } = new(int.MaxValue);

    /// <summary>Of the waiting checkpoints, counted from the oldest, the one with this number is taken, or the newest when fewer wait.</summary>
    public int Stride { get; }

    /// <summary>Takes each n-th of those that wait.</summary>
    /// <param name="n">At least 1, which is <see cref="Queue"/>.</param>
    /// <returns>The policy.</returns>
    public static BehindPolicy Every(int n)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        return new BehindPolicy(n);
    }

    /// <summary>Reads a policy as the command line has it.</summary>
    /// <param name="text"><c>queue</c>, <c>latest</c> or <c>every=N</c>.</param>
    /// <param name="policy">The policy.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out BehindPolicy? policy)
    {
        policy = text.ToLowerInvariant() switch
        {
            "queue" => Queue,
            "latest" => Latest,
            var every when every.StartsWith(EveryPrefix, StringComparison.Ordinal)
                && int.TryParse(every.AsSpan(EveryPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n >= 1 => Every(n),
            _ => null,
        };
        return policy is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => Stride switch
    {
        1 => "queue",
        int.MaxValue => "latest",
        _ => $"{EveryPrefix}{Stride}",
    };
}
