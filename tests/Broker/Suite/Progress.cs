using System.Diagnostics;

namespace Emergence.Broker.Tests.Suite;

/// <summary>Waits for something to have happened, whenever that is.</summary>
internal static class Progress
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(2);

    /// <summary>Looks again and again; fails when it takes far too long.</summary>
    public static async Task UntilAsync(Func<bool> happened, TimeSpan patience)
    {
        for (var clock = Stopwatch.StartNew(); !happened();)
        {
            if (clock.Elapsed > patience)
                throw new TimeoutException("it never happened");
            await Task.Delay(Look);
        }
    }
}
