using System.Collections.Concurrent;
using Emergence.Pipeline.Flow;

namespace Emergence.Pipeline.Tests.Flow.Fuzz;

/// <summary>What happens to a fuzzed run at seeded moments: faults, a stop, an abort. Knows afterwards what did happen.</summary>
internal sealed class Mischief(IReadOnlyList<Fault> faults, int stopAt, int abortAt, bool fromElsewhere)
{
    private readonly ConcurrentDictionary<string, int> _worked = new();
    private int _events;
    private int _stopped;
    private int _aborted;

    public Graph? Graph { get; set; }

    public bool Stopped => Volatile.Read(ref _stopped) > 0;

    public bool Aborted => Volatile.Read(ref _aborted) > 0;

    /// <summary>The exceptions that were thrown, with the stage that threw them; null where any stage may have.</summary>
    public ConcurrentQueue<(Exception Exception, string? Stage)> Fired { get; } = new();

    /// <summary>Called by every body and the source for each message: this is when things happen.</summary>
    public async ValueTask MessageAsync(string stage)
    {
        var now = Interlocked.Increment(ref _events);
        if (now == stopAt)
        {
            Do(Stop);
        }

        if (now == abortAt)
        {
            Do(Abort);
        }

        var worked = _worked.AddOrUpdate(stage, 1, (_, n) => n + 1);
        foreach (var fault in faults)
        {
            if (fault.Stage == stage && fault.At == worked && fault.Kind < FaultKind.MessageDispose)
            {
                await FailAsync(fault).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The synchronous form, for bodies that cannot await.</summary>
    public void Message(string stage) => MessageAsync(stage).AsTask().GetAwaiter().GetResult();

    /// <summary>The message the stage emits now, spoilt if a fault says so.</summary>
    public Item Spoil(Item item, string stage, LeaseCounter leases)
    {
        var worked = _worked.GetValueOrDefault(stage);
        if (!faults.Any(f => f.Kind == FaultKind.MessageDispose && f.Stage == stage && f.At == worked))
        {
            return item;
        }

        item.Dispose();
        return new Item(leases, item.Number, item.Branch) { FailsInDispose = new InjectedException($"dispose of {item}"), WhenItFails = e => Fired.Enqueue((e, null)) };
    }

    public void EnumeratorDisposed(string stage)
    {
        if (faults.Any(f => f.Kind == FaultKind.EnumeratorDispose && f.Stage == stage))
        {
            throw Fire(new InjectedException("enumerator"), stage);
        }
    }

    public void Stop()
    {
        Interlocked.Exchange(ref _stopped, 1);
        Graph!.RequestStop();
    }

    private void Abort()
    {
        Interlocked.Exchange(ref _aborted, 1);
        Graph!.Abort();
    }

    private void Do(Action action)
    {
        if (fromElsewhere)
        {
            ThreadPool.QueueUserWorkItem(_ => action());
        }
        else
        {
            action();
        }
    }

    private async Task FailAsync(Fault fault)
    {
        switch (fault.Kind)
        {
            case FaultKind.ThrowLater:
                // Never needs the scheduler of the body, which may be blocked by it.
                await Task.Run(static () => { }).ConfigureAwait(false);
                throw Fire(new InjectedException("later"), fault.Stage);
            case FaultKind.Cancel:
                throw Fire(new OperationCanceledException("injected"), fault.Stage);
            case FaultKind.AwaitCancelled:
                await Task.FromException(Fire(new TaskCanceledException("injected"), fault.Stage));
                break;
            case FaultKind.Aggregate:
                throw new AggregateException(new AggregateException(Fire(new InjectedException("aggregate"), fault.Stage)));
            default:
                throw Fire(new InjectedException("throw"), fault.Stage);
        }
    }

    private Exception Fire(Exception exception, string? stage)
    {
        Fired.Enqueue((exception, stage));
        return exception;
    }
}
