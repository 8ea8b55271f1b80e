using Emergence.Pipeline.Flow;

namespace Emergence.Pipeline.Tests.Flow;

/// <summary>Fails a test that hangs, long after it should have ended.</summary>
internal static class Watchdog
{
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(30);

    public static Task<GraphOutcome> EndsAsync(this Graph graph) => graph.RunAsync().WaitAsync(Generous);

    public static Task Comes(this Task task) => task.WaitAsync(Generous);

    public static Task<T> Comes<T>(this Task<T> task) => task.WaitAsync(Generous);
}
