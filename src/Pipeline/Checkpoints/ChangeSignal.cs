namespace Emergence.Pipeline.Checkpoints;

/// <summary>Wakes one waiter, early when something was reported, else after a time. Reports of many threads become one.</summary>
internal sealed class ChangeSignal
{
    private volatile TaskCompletionSource _reported = New();

    /// <summary>Reports a change. May be called from any thread.</summary>
    public void Set() => _reported.TrySetResult();

    /// <summary>Forgets earlier reports; called before the look that will see what they report.</summary>
    public void Reset()
    {
        if (_reported.Task.IsCompleted)
        {
            _reported = New();
        }
    }

    /// <summary>Waits.</summary>
    /// <param name="least">Shortest wait, even when changes were reported.</param>
    /// <param name="longest">Longest wait, when none is.</param>
    /// <param name="clock">The time.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends with the wait.</returns>
    public async Task WaitAsync(TimeSpan least, TimeSpan longest, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (longest <= least)
        {
            await Task.Delay(longest, clock, cancellationToken).ConfigureAwait(false);
            return;
        }

        await Task.Delay(least, clock, cancellationToken).ConfigureAwait(false);
        try
        {
            await _reported.Task.WaitAsync(longest - least, clock, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The slow look's turn.
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
