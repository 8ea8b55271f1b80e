namespace Emergence.Pipeline.Working;

/// <summary>Ends a worker that was told to leave and cannot: what holds it is left behind with the process.</summary>
internal static class LeaveDeadline
{
    /// <summary>How long leaving may take, from the moment at which nothing is worked on any more, or all of it was given up.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Waits for a worker's end.</summary>
    /// <param name="work">The worker.</param>
    /// <param name="leaving">Ends when it begins to leave.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="LeaveDeadlineException">It has not ended in time.</exception>
    public static async Task KeepAsync(Task work, Task leaving, TimeProvider time)
    {
        using var ended = new CancellationTokenSource();
        if (await Task.WhenAny(work, LateAsync(leaving, time, ended.Token)) != work)
        {
            throw new LeaveDeadlineException(Patience);
        }

        await ended.CancelAsync();
        await work;
    }

    private static async Task LateAsync(Task leaving, TimeProvider time, CancellationToken ended)
    {
        await leaving.WaitAsync(ended);
        await Task.Delay(Patience, time, ended);
    }
}
