using Emergence.TestBroker.Groups;
using Emergence.TestBroker.Log;
using Emergence.TestBroker.Transactions;

namespace Emergence.TestBroker.Server;

/// <summary>Everything the broker knows, behind one lock.</summary>
internal sealed class BrokerState
{
    private TaskCompletionSource _changed = New();

    public BrokerState(BrokerOptions options)
    {
        Options = options;
        Topics = new TopicStore(options);
        Groups = new GroupCoordinator(options);
        Transactions = new TransactionCoordinator(options, Topics, Groups.Offsets);
    }

    public BrokerOptions Options { get; }

    /// <summary>Held by whoever reads or changes anything here.</summary>
    public Lock Gate { get; } = new();

    public TopicStore Topics { get; }

    public GroupCoordinator Groups { get; }

    public TransactionCoordinator Transactions { get; }

    /// <summary>Ends at the next change of any log. Taken under the lock, awaited outside it.</summary>
    public Task Changed => _changed.Task;

    /// <summary>Wakes whoever waits for messages. Called under the lock.</summary>
    public void Changed_NeedsLock()
    {
        _changed.TrySetResult();
        _changed = New();
    }

    /// <summary>Lets time pass.</summary>
    public void Expire()
    {
        lock (Gate)
        {
            Groups.Expire();
            if (Transactions.Expire())
                Changed_NeedsLock();
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
